package dev.streambed.embed;

import dev.streambed.stage.RoutedKey;
import dev.streambed.stage.Stage;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * EMBED: document changes in; documents with their vectors, marks and tombstones out to the log; answers to the callers whose
 * events end here.
 *
 * <pre>
 *   documents ------+                                            +--> embeddings (the log of record)
 *                   +--> embed: decode, check, chain, plan,  ----+--> completions (rejected, expired, superseded, failed)
 *   documents.bulk -+    chunk, batch, embed                     +--> dead-letters (the original bytes)
 *                                                                +--> documents, documents.bulk (wrong partition, once)
 * </pre>
 *
 * The branches are {@link EmbedHandler}'s; that nothing is lost on the way is {@link dev.streambed.stage}'s.
 */
public final class EmbedTopology {
    /** Node names; part of the golden description. */
    static final String LOG = "embeddings";

    static final String COMPLETIONS = "completions";
    static final String DEAD_LETTERS = "dead-letters";
    static final String SENT_ON = "sent-on";
    static final String SENT_ON_BULK = "sent-on-bulk";

    /** The store of heads. */
    public static final String HEADS = "heads";

    private EmbedTopology() {}

    /** Builds it around a stage whose inputs are the two lanes. */
    public static Topology build(Stage<?, ?> stage, EmbedTopics topics) {
        Topology topology = new Topology();
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        topology.addSource("documents", bytes, bytes, topics.interactive());
        topology.addSource("documents-bulk", bytes, bytes, topics.bulk());
        topology.addProcessor("embed", stage, "documents", "documents-bulk");
        sink(topology, LOG, topics.log());
        sink(topology, COMPLETIONS, topics.completions());
        sink(topology, DEAD_LETTERS, topics.deadLetters());
        sink(topology, SENT_ON, topics.interactive());
        sink(topology, SENT_ON_BULK, topics.bulk());
        return topology;
    }

    private static void sink(Topology topology, String name, String topic) {
        topology.addSink(name, topic, RoutedKey.SERIALIZER, new ByteArraySerializer(), RoutedKey.PARTITIONER, "embed");
    }
}

package dev.streambed.index;

import dev.streambed.stage.RoutedKey;
import dev.streambed.stage.Stage;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * INDEX: the log of record in; rows into the store; answers to the callers out.
 *
 * <pre>
 *   embeddings --> index: chain, coalesce, upsert, delete stale --> completions (indexed, unchanged, deleted, superseded, failed)
 *                              |
 *                              v
 *                         vector store
 * </pre>
 *
 * The branches are {@link IndexHandler}'s; that nothing is lost on the way is {@link dev.streambed.stage}'s.
 */
public final class IndexTopology {
    /** Node name; part of the golden description. */
    static final String COMPLETIONS = "completions";

    /** The store of what the vector store acknowledged. */
    public static final String INDEXED = "indexed";

    private IndexTopology() {}

    /** Builds it around a stage whose only input is the log. */
    public static Topology build(Stage<?, ?> stage, String log, String completions) {
        Topology topology = new Topology();
        topology.addSource("embeddings", new ByteArrayDeserializer(), new ByteArrayDeserializer(), log);
        topology.addProcessor("index", stage, "embeddings");
        topology.addSink(
                COMPLETIONS,
                completions,
                RoutedKey.SERIALIZER,
                new ByteArraySerializer(),
                RoutedKey.PARTITIONER,
                "index");
        return topology;
    }
}

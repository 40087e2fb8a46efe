package dev.streambed.cli.service;

import dev.streambed.cli.config.IndexSettings;
import dev.streambed.cli.config.MilvusSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.index.Backoff;
import dev.streambed.index.CoalescingIndexWriter;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexWriter;
import dev.streambed.index.LogRefill;
import dev.streambed.index.VectorIndex;
import dev.streambed.index.WriterOptions;
import dev.streambed.index.memory.MemoryIndex;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import dev.streambed.index.milvus.MilvusTls;
import dev.streambed.observe.HoldCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The vector store of this process and its writer. Thread-safe. */
final class Store implements AutoCloseable {
    private static final String MEMORY = "memory";
    private static final int REFILL_RECORDS = 16;

    /** Of what may be in flight: what lingers in the writer must not be all of it, or nothing could come to share its call. */
    private static final int LINGERING_SHARE = 4;

    private final VectorIndex index;
    private final StreambedConfig config;
    private final String fingerprint;
    private volatile @Nullable IndexWriter writer; // set under this
    private boolean refilled; // guarded by this
    private volatile boolean stopped;
    private volatile String opened = "";

    private Store(VectorIndex index, StreambedConfig config, String fingerprint) {
        this.index = index;
        this.config = config;
        this.fingerprint = fingerprint;
    }

    /** The store the configuration asks for; nothing is connected yet. */
    static Store of(StreambedConfig config, EmbeddingEngine engine) {
        return switch (config.index().type()) {
            case MEMORY -> new Store(new MemoryIndex(engine.dimension()), config, engine.fingerprint());
            case MILVUS -> new Store(new MilvusIndex(milvus(config, engine)), config, engine.fingerprint());
        };
    }

    /** Another store, which is nobody else's. */
    static Store around(VectorIndex index, StreambedConfig config, EmbeddingEngine engine) {
        return new Store(index, config, engine.fingerprint());
    }

    private static MilvusOptions milvus(StreambedConfig config, EmbeddingEngine engine) {
        return milvus(config, engine.dimension(), engine.fingerprint());
    }

    /** Where Milvus is and who we are there. */
    static MilvusOptions milvus(StreambedConfig config, int dimension, String fingerprint) {
        MilvusSettings milvus = config.milvus();
        return new MilvusOptions(
                milvus.uri().toString(),
                milvus.token(),
                milvus.database(),
                config.milvusCollection(),
                dimension,
                fingerprint,
                new MilvusTls(milvus.caFile(), milvus.certificateFile(), milvus.keyFile()),
                milvus.deadline().toJavaTime());
    }

    VectorIndex index() {
        return index;
    }

    /**
     * Makes the collection ready to be written; a store in memory is filled from the log first.
     *
     * @return the collection's identity. In memory it is always the same: what it held is there again before anything is written
     * @throws IndexException if the store is not as it must be, or not there
     */
    synchronized String open() throws IndexException {
        opened = index.open();
        if (config.index().type() != IndexSettings.Type.MEMORY) {
            return opened;
        }
        if (!refilled) {
            Map<String, Object> consumerConfig = config.kafka().consumer();
            consumerConfig.put("auto.offset.reset", "earliest");
            // Batches that compress well unfold to many times what is fetched.
            consumerConfig.put("max.poll.records", REFILL_RECORDS);
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                LogRefill.run(consumer, config.embeddingsTopic(), index, fingerprint, () -> stopped);
            }
            refilled = true;
        }
        return MEMORY;
    }

    /** Whether the collection is not the one any more that was opened. Asks the store; one that does not answer is no other. */
    boolean isReplaced() {
        try {
            return !index.identity().equals(opened);
        } catch (IndexException e) {
            return false; // the writer holds, and says why
        }
    }

    /** The one writer of the store. */
    synchronized IndexWriter writer(MeterRegistry registry) {
        IndexWriter there = writer;
        if (there == null) {
            IndexSettings settings = config.index();
            long bytesPerCall = settings.bytesPerCall().toBytes();
            WriterOptions options = new WriterOptions(
                    settings.rowsPerCall(),
                    bytesPerCall,
                    Math.min(bytesPerCall, settings.inFlightBytes().toBytes() / LINGERING_SHARE),
                    settings.callsInFlight(),
                    config.milvus().deadline().toJavaTime());
            there = new CoalescingIndexWriter(index, options, Backoff.standard(), registry);
            writer = there;
        }
        return there;
    }

    /** Why nothing is written now, or null. Never waits, not even while the store is being opened. */
    @Nullable
    String holdReason() {
        IndexWriter there = writer;
        return there == null ? null : there.holdReason();
    }

    /** The same in a word, or null. */
    @Nullable
    HoldCode holdCode() {
        IndexWriter there = writer;
        return there == null ? null : there.holdCode();
    }

    /** See {@link IndexWriter#busyDocumentsPerSecond}. */
    double busyDocumentsPerSecond() {
        IndexWriter there = writer;
        return there == null ? Double.NaN : there.busyDocumentsPerSecond();
    }

    /** Ends a refill that is under way: the process is to end. */
    void stop() {
        stopped = true;
    }

    @Override
    public synchronized void close() {
        IndexWriter there = writer;
        if (there != null) {
            there.close();
        }
        index.close();
    }
}

package dev.streambed.cli.service;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.document.DocumentLimits;
import dev.streambed.embed.EmbedStage;
import dev.streambed.embed.EmbedTopics;
import dev.streambed.embed.EmbedTopology;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.RecordLimits;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexStage;
import dev.streambed.index.IndexTopology;
import dev.streambed.observe.StageMetrics;
import dev.streambed.observe.drift.VectorObserver;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.StageOptions;
import dev.streambed.stage.StageRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** From the configuration to the two stages. */
final class Wiring {
    /** Room in a request for the framing of a record and its batch. */
    private static final int REQUEST_OVERHEAD_BYTES = 1 << 20;

    private final StreambedConfig config;
    private final EmbeddingEngine engine;
    private final Store store;
    private final Tracing tracing;
    private final VectorObserver observer;
    private final MeterRegistry registry;
    private final Clock clock;

    /**
     * @param observer told of each embedded document
     */
    Wiring(
            StreambedConfig config,
            EmbeddingEngine engine,
            Store store,
            Tracing tracing,
            VectorObserver observer,
            MeterRegistry registry,
            Clock clock) {
        this.config = config;
        this.engine = engine;
        this.store = store;
        this.tracing = tracing;
        this.observer = observer;
        this.registry = registry;
        this.clock = clock;
    }

    /** How to start the stage of a role. */
    StageStarter.Attempt of(Role role) {
        return switch (role) {
            case EMBED -> () -> watched(role, startEmbed());
            case INDEX -> new IndexAttempt();
        };
    }

    private final class IndexAttempt implements StageStarter.Attempt {
        @Override
        public StageRuntime start() throws IndexException {
            return watched(Role.INDEX, startIndex());
        }

        /** Its heads speak of a collection; of another one it must begin by filling it. */
        @Override
        public @Nullable String whyAnew() {
            return store.isReplaced()
                    ? "the collection that was written is gone, or the name stands for another one; it is refilled from the log"
                    : null;
        }
    }

    private StageRuntime watched(Role role, StageRuntime runtime) {
        new StageMetrics(registry, config.pipeline().name(), role.toString()).watchRestored(runtime::restoredRecords);
        return runtime;
    }

    private StageRuntime startEmbed() {
        EmbedTopics topics = new EmbedTopics(
                config.topics().documents(),
                config.topics().documentsBulk(),
                config.embeddingsTopic(),
                config.topics().completions(),
                config.topics().deadLetters());
        long maxDocumentBytes = config.limits().maxDocumentBytes().toBytes();
        RecordLimits records;
        int replyPartitions;
        try (TopicFacts facts = new TopicFacts(config.kafka().admin())) {
            facts.requireRoom(topics.interactive(), maxDocumentBytes, "limits.max-document-bytes");
            facts.requireRoom(topics.bulk(), maxDocumentBytes, "limits.max-document-bytes");
            facts.requireRoom(topics.log(), maxDocumentBytes, "limits.max-document-bytes");
            facts.requireRoom(
                    topics.deadLetters(),
                    Math.max(facts.maxMessageBytes(topics.interactive()), facts.maxMessageBytes(topics.bulk())),
                    "a record of the input topics, which may end there,");
            records = new RecordLimits(
                    Math.min(facts.maxMessageBytes(topics.interactive()), facts.maxMessageBytes(topics.bulk())),
                    facts.maxMessageBytes(topics.log()),
                    facts.maxMessageBytes(topics.deadLetters()));
            replyPartitions = facts.partitions(topics.completions());
        }
        long perLane = config.embed().inFlightBytes().toBytes();
        StageOptions options = options(
                config.pipeline().embedApplicationId(),
                Map.of(topics.interactive(), perLane, topics.bulk(), perLane),
                EmbedTopology.HEADS,
                records.lane(),
                records.largest());
        DocumentLimits limits = DocumentLimits.DEFAULTS
                .withMaxDocumentBytes(Math.toIntExact(maxDocumentBytes))
                .withReplyPartitions(replyPartitions);
        return new EmbedStage(
                        options,
                        topics,
                        config.pipeline().name(),
                        limits,
                        records,
                        engine,
                        tracing,
                        observer,
                        registry,
                        clock)
                .start();
    }

    private StageRuntime startIndex() throws IndexException {
        String collection = store.open();
        String log = config.embeddingsTopic();
        int maxLogRecordBytes;
        try (TopicFacts facts = new TopicFacts(config.kafka().admin())) {
            maxLogRecordBytes = facts.maxMessageBytes(log);
            var unused = facts.partitions(config.topics().completions()); // it must be there
        }
        StageOptions options = options(
                config.pipeline().indexApplicationId(),
                Map.of(log, config.index().inFlightBytes().toBytes()),
                IndexTopology.INDEXED,
                maxLogRecordBytes,
                maxLogRecordBytes);
        return new IndexStage(
                        options,
                        log,
                        config.topics().completions(),
                        config.topics().documentsBulk(),
                        true,
                        config.pipeline().name(),
                        store.writer(registry),
                        collection,
                        engine.fingerprint(),
                        tracing,
                        registry,
                        clock)
                .start();
    }

    private StageOptions options(
            String applicationId,
            Map<String, Long> laneLimits,
            String headStore,
            int largestInputBytes,
            int largestOutputBytes) {
        Path state = config.state().directory();
        Map<String, Object> properties = config.kafka().streams();
        // At least that, whatever was set: a result the producer refuses would stop its partition for ever.
        properties.merge(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                largestOutputBytes + REQUEST_OVERHEAD_BYTES,
                (set, needed) -> Math.max(Integer.parseInt(set.toString().trim()), (int) needed));
        Duration effect = config.milvus().deadline().toJavaTime();
        return new StageOptions(
                applicationId,
                laneLimits,
                headStore,
                largestInputBytes,
                properties,
                state,
                InstanceId.of(config.state()),
                effect,
                effect);
    }
}

package dev.streambed.stage;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/** The Kafka settings the stage rests on, and why. */
final class StageConfig {
    private StageConfig() {}

    /** The stage's defaults under the user's settings; what the mechanism cannot do without is set last. */
    static Map<String, Object> of(StageOptions options) {
        Map<String, Object> config = new HashMap<>();
        // A commit makes results durable and lets heads and retirements follow: its interval is the stage's pulse.
        // No result waits for it; a crash repeats what two of them hold.
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        // The cache keeps what is put and deleted within an epoch from the changelog's disk; it never delays a result.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L << 20);
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        // The gate does not reach what is buffered, so little is.
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 64);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 64);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 8 << 20);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 2 << 20);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        // Who is to give up or take over partitions hears of it with its next heartbeat; until then nobody works on
        // them.
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 250);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), 120_000);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        config.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 60_000);
        // The changelog of references is rewritten all the time; small segments let compaction keep it short.
        config.put(StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG), 64 << 20);

        config.putAll(options.properties());

        config.put(StreamsConfig.APPLICATION_ID_CONFIG, options.applicationId());
        config.put(StreamsConfig.STATE_DIR_CONFIG, options.stateDirectory().toString());
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.instanceId());
        // There is no global state here, and without it each thread warns of what a later Kafka will do about it.
        config.put("processing.exception.handler.global.enabled", true);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        // Not the streams protocol: it goes past the client supplier, and with it past the gate.
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        // With any other value an interactive event waits for the bulk backlog of its task.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
        // Once there are offsets, retention passing them by must be loud: see GroupOffsets.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
        // A commit must mean that what was sent is durable, in the order in which it was sent; what cannot be must
        // fail.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG), true);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailingProduction.class.getName());
        config.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndFailProcessingExceptionHandler.class.getName());
        return config;
    }
}

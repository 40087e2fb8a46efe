package dev.streambed.observe.lag;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * Reads what groups committed, where partitions begin and end, and how long topics keep them. One thread at a time; each call waits 5 s at most. Its
 * client is made when it is first needed, and by the next call where that fails: making one may log in at a service that is away.
 */
final class OffsetReader implements AutoCloseable {
    private static final int CALL_MILLIS = 5_000;

    private final Map<String, Object> settings;
    private @Nullable Admin connected;

    OffsetReader(Map<String, Object> settings) {
        Map<String, Object> bounded = new HashMap<>(settings);
        bounded.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        bounded.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        this.settings = bounded;
    }

    private Admin admin() {
        Admin admin = connected;
        if (admin == null) {
            admin = Admin.create(settings);
            connected = admin;
        }
        return admin;
    }

    /** The lag in every partition of the group's topics; without a committed offset, from the partition's beginning. */
    List<PartitionLag> lags(LagGroup group) throws ExecutionException, TimeoutException, InterruptedException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription topic :
                get(admin().describeTopics(group.topics()).allTopicNames()).values()) {
            topic.partitions().forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
        }
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin().listConsumerGroupOffsets(group.id()).partitionsToOffsetAndMetadata());
        Map<TopicPartition, ListOffsetsResultInfo> beginnings = list(partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = list(partitions, OffsetSpec.latest());
        List<PartitionLag> lags = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            ListOffsetsResultInfo beginning = beginnings.get(partition);
            ListOffsetsResultInfo end = ends.get(partition);
            if (beginning == null || end == null) {
                continue;
            }
            OffsetAndMetadata offset = committed.get(partition);
            long next = offset == null ? beginning.offset() : Math.max(beginning.offset(), offset.offset());
            lags.add(new PartitionLag(partition, next, end.offset()));
        }
        return lags;
    }

    /** How long each topic keeps what a group has not read. */
    Map<String, Retention> retentions(List<String> topics)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<String, Retention> retentions = new HashMap<>();
        get(admin().describeConfigs(resources).all())
                .forEach((resource, config) -> retentions.put(resource.name(), Retention.of(config)));
        return retentions;
    }

    @Override
    public void close() {
        if (connected != null) {
            connected.close(java.time.Duration.ofMillis(CALL_MILLIS));
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> list(List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, which));
        return get(admin().listOffsets(wanted).all());
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(CALL_MILLIS, TimeUnit.MILLISECONDS);
    }
}

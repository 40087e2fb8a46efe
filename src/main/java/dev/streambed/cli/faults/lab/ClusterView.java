package dev.streambed.cli.faults.lab;

import dev.streambed.cli.config.StreambedConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** What the broker itself says of the pipeline's groups and log. Owned by the run's thread. */
public final class ClusterView implements AutoCloseable {
    private final Admin admin;
    private final String log;
    private final List<String> groups;

    private ClusterView(Admin admin, StreambedConfig config) {
        this.admin = admin;
        this.log = config.embeddingsTopic();
        this.groups = List.of(
                config.pipeline().embedApplicationId(), config.pipeline().indexApplicationId());
    }

    public static ClusterView of(Lab lab) {
        return new ClusterView(lab.admin(), lab.config());
    }

    /** The members of both groups by the ids that the broker gave them: another one after an eviction or a return. */
    public Set<String> members() {
        Map<String, ConsumerGroupDescription> described =
                answer(() -> admin.describeConsumerGroups(groups).all().get());
        return described.values().stream()
                .flatMap(group -> group.members().stream())
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    /** How many records the log has taken. */
    public long logRecords() {
        Map<String, TopicDescription> described =
                answer(() -> admin.describeTopics(List.of(log)).allTopicNames().get());
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        described.values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .forEach(partition -> latest.put(new TopicPartition(log, partition.partition()), OffsetSpec.latest()));
        return answer(() -> admin.listOffsets(latest).all().get()).values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException;
    }

    private static <T> T answer(Question<T> question) {
        try {
            return question.ask();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not tell: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the broker", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}

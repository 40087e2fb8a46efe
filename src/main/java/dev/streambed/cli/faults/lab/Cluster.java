package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.RunFailedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.config.ConfigResource;

/** The broker's books, read and written past the proxy: groups, topics, access. Owned by the run's thread. */
public final class Cluster implements AutoCloseable {
    private final Admin admin;

    Cluster(String bootstrapServers) {
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200));
    }

    /** Who reads what in a group: the instance's name, and its partitions. */
    public Map<String, Set<TopicPartition>> assignment(String group) {
        return get(admin.describeConsumerGroups(List.of(group)).all(), "the members of " + group).values().stream()
                .flatMap(description -> description.members().stream())
                .collect(Collectors.toMap(
                        member -> member.groupInstanceId().orElse(member.consumerId()),
                        Cluster::partitions,
                        Cluster::union));
    }

    private static Set<TopicPartition> partitions(MemberDescription member) {
        return member.assignment().topicPartitions();
    }

    private static Set<TopicPartition> union(Set<TopicPartition> one, Set<TopicPartition> other) {
        Set<TopicPartition> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    /** Where a group has come to. */
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "the offsets of " + group);
        return committed.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** How many records a group has not read. */
    public long lag(String group) {
        Map<TopicPartition, Long> committed = committed(group);
        Map<TopicPartition, Long> ends = offsets(committed.keySet(), OffsetSpec.latest());
        return committed.entrySet().stream()
                .mapToLong(entry -> ends.getOrDefault(entry.getKey(), 0L) - entry.getValue())
                .sum();
    }

    /** Moves a group that has no members. */
    public void commit(String group, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
        offsets.forEach((partition, offset) -> wanted.put(partition, new OffsetAndMetadata(offset)));
        get(admin.alterConsumerGroupOffsets(group, wanted).all(), "setting offsets of " + group);
    }

    /** The end of each partition of a topic. */
    public Map<TopicPartition, Long> ends(String topic) {
        return offsets(partitions(topic), OffsetSpec.latest());
    }

    /** How many records a topic has, as far as its ends tell. */
    public long records(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same of some of its partitions. */
    public long records(String topic, Set<Integer> partitions) {
        return ends(topic).entrySet().stream()
                .filter(end -> partitions.contains(end.getKey().partition()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which));
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found =
                get(admin.listOffsets(wanted).all(), "offsets of " + partitions);
        return found.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private List<TopicPartition> partitions(String topic) {
        return described(topic).partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private TopicDescription described(String topic) {
        return Objects.requireNonNull(
                get(admin.describeTopics(List.of(topic)).allTopicNames(), topic).get(topic));
    }

    /** As retention does: what lies below is gone. */
    public void deleteBefore(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, RecordsToDelete> below = new HashMap<>();
        offsets.forEach((partition, offset) -> below.put(partition, RecordsToDelete.beforeOffset(offset)));
        get(admin.deleteRecords(below).all(), "deleting records of " + offsets.keySet());
    }

    /** Moves all of a topic to a broker, and waits until it is there. */
    public void move(String topic, int broker) {
        Map<TopicPartition, Optional<NewPartitionReassignment>> there = new HashMap<>();
        partitions(topic)
                .forEach(partition -> there.put(partition, Optional.of(new NewPartitionReassignment(List.of(broker)))));
        get(admin.alterPartitionReassignments(there).all(), "moving " + topic);
        Patience.await(topic + " is on broker " + broker, Lab.PATIENCE, () -> isOn(topic, broker));
    }

    private boolean isOn(String topic, int broker) {
        return described(topic).partitions().stream()
                .allMatch(partition -> partition.replicas().size() == 1
                        && partition.leader() != null
                        && partition.leader().id() == broker);
    }

    public void deleteTopic(String topic) {
        get(admin.deleteTopics(List.of(topic)).all(), "deleting " + topic);
    }

    /** Changes a topic's setting while it is in use. */
    public void set(String topic, String key, String value) {
        alter(topic, new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
    }

    /** Takes a topic's own setting away. */
    public void unset(String topic, String key) {
        alter(topic, new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE));
    }

    private void alter(String topic, AlterConfigOp change) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        get(admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all(), "changing " + topic);
    }

    /** Grants or denies. */
    public void add(Collection<AclBinding> acls) {
        get(admin.createAcls(acls).all(), "adding access rules");
    }

    /** Takes a rule back. */
    public void remove(AclBinding acl) {
        get(admin.deleteAcls(List.of(acl.toFilter())).all(), "removing an access rule");
    }

    private static <T> T get(KafkaFuture<T> answer, String what) {
        try {
            return answer.get(Lab.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new RunFailedException("the broker refuses " + what + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofSeconds(5));
    }
}

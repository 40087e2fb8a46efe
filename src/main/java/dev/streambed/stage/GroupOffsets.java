package dev.streambed.stage;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a group that starts for the first time an offset in each partition: its start. After that {@code auto.offset.reset=none}
 * holds for good, so that events lost to retention are noticed instead of skipped; without these first offsets it would refuse a
 * partition that never had a record.
 */
final class GroupOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(GroupOffsets.class);
    private static final long CALL_SECONDS = 30;

    private GroupOffsets() {}

    /**
     * Commits the start of each partition that has no offset yet.
     *
     * @return how many partitions each topic has
     * @throws KafkaException where a topic is missing, retention has passed the group by, the topics differ in their number of partitions, or the brokers do not answer
     */
    static Map<String, Integer> seed(Admin admin, String group, List<String> topics) {
        Map<String, TopicDescription> described =
                await(admin.describeTopics(topics).allTopicNames(), "describing topics " + topics);
        Map<String, Integer> counts = described.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        topic -> topic.getValue().partitions().size()));
        if (Set.copyOf(counts.values()).size() > 1) {
            throw new KafkaException(
                    "the lanes of " + group + " must have equally many partitions, so that all events of a"
                            + " document meet in one task, but have " + counts);
        }
        List<TopicPartition> partitions = described.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(await(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "reading offsets of " + group));
        committed.keySet().retainAll(partitions); // topics may have had other names once
        List<TopicPartition> fresh = partitions.stream()
                .filter(partition -> committed.get(partition) == null)
                .toList();
        requireUnread(admin, group, committed);
        if (!fresh.isEmpty()) {
            commitStarts(admin, group, fresh);
        }
        return counts;
    }

    /** What the group would read next must still be there. */
    private static void requireUnread(Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, Long> starts = offsets(admin, committed.keySet(), OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(admin, committed.keySet(), OffsetSpec.latest());
        List<String> lost = committed.entrySet().stream()
                .filter(entry -> entry.getValue().offset() < starts.getOrDefault(entry.getKey(), 0L)
                        || entry.getValue().offset() > ends.getOrDefault(entry.getKey(), Long.MAX_VALUE))
                .map(entry ->
                        entry.getKey() + " (it had come to " + entry.getValue().offset() + ", there is "
                                + starts.get(entry.getKey()) + " to " + ends.get(entry.getKey()) + ")")
                .sorted()
                .toList();
        if (!lost.isEmpty()) {
            throw new KafkaException("retention took events before " + group + " had read them, of "
                    + String.join(", ", lost) + ". Nobody can bring them back: their producers must send them again."
                    + " To go on with what is left, run kafka-consumer-groups --reset-offsets --to-earliest --execute --group "
                    + group + " --topic TOPIC:PARTITION for each while no instance processes; no restart is needed");
        }
    }

    private static Map<TopicPartition, Long> offsets(
            Admin admin, Collection<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which));
        return await(admin.listOffsets(wanted).all(), "reading the bounds of " + partitions).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, bound -> bound.getValue().offset()));
    }

    /**
     * Makes the group forget the members of an instance that has ended.
     *
     * @param instanceId begins the names of its members
     */
    static void leave(Admin admin, String group, String instanceId) {
        try {
            List<MemberToRemove> members =
                    await(admin.describeConsumerGroups(List.of(group)).all(), "describing " + group).values().stream()
                            .flatMap(description -> description.members().stream())
                            .flatMap(member -> member.groupInstanceId().stream())
                            .filter(name -> isMemberOf(instanceId, name))
                            .map(MemberToRemove::new)
                            .toList();
            if (!members.isEmpty()) {
                await(
                        admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions(members))
                                .all(),
                        "leaving " + group);
            }
        } catch (KafkaException e) {
            LOG.warn("{} could not be left, its session will lapse: {}", group, e.getMessage());
        }
    }

    /** Kafka Streams appends the number of the thread. Another instance's name may begin with this one's: {@code embed-1}, {@code embed-1-b}. */
    static boolean isMemberOf(String instanceId, String member) {
        String prefix = instanceId + "-";
        return member.startsWith(prefix)
                && member.length() > prefix.length()
                && member.substring(prefix.length()).chars().allMatch(Character::isDigit);
    }

    private static void commitStarts(Admin admin, String group, List<TopicPartition> fresh) {
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        offsets(admin, fresh, OffsetSpec.earliest())
                .forEach((partition, start) -> starts.put(partition, new OffsetAndMetadata(start)));
        try {
            await(admin.alterConsumerGroupOffsets(group, starts).all(), "committing first offsets of " + group);
            LOG.info("{} starts {} partitions at their beginning", group, starts.size());
        } catch (KafkaException e) {
            if (e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupNotEmptyException) {
                LOG.info("{} is running elsewhere; its first offsets are that instance's matter", group);
            } else {
                throw e;
            }
        }
    }

    private static <T> T await(org.apache.kafka.common.KafkaFuture<T> future, String what) {
        try {
            return future.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException(what + " failed: " + cause.getMessage() + KafkaAdvice.on(cause), cause);
        } catch (TimeoutException e) {
            throw new KafkaException(what + " was not answered within " + CALL_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(what + " was interrupted", e);
        }
    }
}

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
import org.apache.kafka.clients.admin.OffsetSpec;
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
     * @throws KafkaException where a topic is missing, the topics differ in their number of partitions, or the brokers do not answer
     */
    static Map<String, Integer> seed(Admin admin, String group, List<String> topics) {
        Map<String, TopicDescription> described = await(
                admin.describeTopics(topics).allTopicNames(),
                "describing topics " + topics + " (run `streambed topics`)");
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
        Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, group);
        List<TopicPartition> fresh = partitions.stream()
                .filter(partition -> committed.get(partition) == null)
                .toList();
        if (!fresh.isEmpty() && !commit(admin, group, starts(admin, fresh))) {
            LOG.info("{} is running elsewhere; its first offsets are that instance's matter", group);
        }
        return counts;
    }

    /**
     * Moves the group back to the start of what it has read, so that all that is left there is read again.
     *
     * @throws KafkaException where another instance runs, or the brokers do not answer
     */
    static void rewind(Admin admin, String group) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, group);
        Map<TopicPartition, OffsetAndMetadata> starts = starts(admin, committed.keySet());
        starts.entrySet().removeIf(start -> {
            OffsetAndMetadata reached = committed.get(start.getKey());
            return reached == null || reached.offset() <= start.getValue().offset();
        });
        if (!starts.isEmpty() && !commit(admin, group, starts)) {
            throw new KafkaException(
                    group + " must read its input again from the start, but an instance of it runs, or ended"
                            + " without a goodbye a moment ago; stop all its instances, then start them again");
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
        return await(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "reading offsets of " + group);
    }

    private static Map<TopicPartition, OffsetAndMetadata> starts(Admin admin, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> earliest = partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.earliest()));
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        await(admin.listOffsets(earliest).all(), "reading the start of " + partitions)
                .forEach((partition, start) -> starts.put(partition, new OffsetAndMetadata(start.offset())));
        return starts;
    }

    /** Whether that was possible: false where the group has members. */
    private static boolean commit(Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> starts) {
        try {
            await(admin.alterConsumerGroupOffsets(group, starts).all(), "committing offsets of " + group);
            LOG.info("{} starts {} partitions at their beginning", group, starts.size());
            return true;
        } catch (KafkaException e) {
            if (e.getCause() instanceof UnknownMemberIdException || e.getCause() instanceof GroupNotEmptyException) {
                return false;
            }
            throw e;
        }
    }

    private static <T> T await(org.apache.kafka.common.KafkaFuture<T> future, String what) {
        try {
            return future.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException(what + " failed: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new KafkaException(what + " was not answered within " + CALL_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(what + " was interrupted", e);
        }
    }
}

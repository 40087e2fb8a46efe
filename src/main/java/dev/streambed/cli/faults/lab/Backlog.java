package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.lab.Feed.Sent;
import dev.streambed.cli.faults.oracle.Answers;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.process.RunFailedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a run leaves in the topics because it was more than could be done. */
final class Backlog {
    private Backlog() {}

    /**
     * What must have been answered: everything but those events of the bulk lane that the group has not consumed.
     *
     * @param group EMBED's, which has ended in order
     */
    static List<Change> consumed(List<Sent> sent, Answers answers, Admin admin, String group, String bulkTopic) {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, group);
        return sent.stream()
                .filter(each -> !each.change().bulk()
                        || isConsumed(each, committed.get(new TopicPartition(bulkTopic, each.partition())))
                        || !answers.of(each.change().eventId()).isEmpty())
                .map(Sent::change)
                .toList();
    }

    private static boolean isConsumed(Sent sent, @Nullable OffsetAndMetadata committed) {
        return committed != null && sent.offset() < committed.offset();
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String group) {
        try {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(Lab.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new RunFailedException("the broker does not tell the offsets of " + group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted", e);
        }
    }
}

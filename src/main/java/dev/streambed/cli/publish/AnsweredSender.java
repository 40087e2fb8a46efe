package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event is through when its outcome has come, on a partition of {@code completions} that is ours alone to name. */
public final class AnsweredSender implements EventSender {
    private final EventProducer producer;
    private final ReplyReader replies;
    private final Duration timeout;
    private final ConcurrentMap<String, CompletableFuture<@Nullable Completion>> waiting = new ConcurrentHashMap<>();

    private AnsweredSender(EventProducer producer, ReplyReader replies, Duration timeout) {
        this.producer = producer;
        this.replies = replies;
        this.timeout = timeout;
    }

    /**
     * Begins to read answers, so that none can be missed.
     *
     * @param producer settings
     * @param consumer settings
     * @param topic the lane
     * @param completions the topic of the answers
     * @param timeout for one outcome, from its send
     */
    public static AnsweredSender start(
            Map<String, Object> producer,
            Map<String, Object> consumer,
            String topic,
            String completions,
            Duration timeout) {
        ReplyReader replies = new ReplyReader(consumer, completions);
        AnsweredSender sender = new AnsweredSender(new EventProducer(producer, topic), replies, timeout);
        replies.start(sender::answered);
        return sender;
    }

    @Override
    public CompletableFuture<@Nullable Completion> send(String id, byte[] value) {
        String eventId = UUID.randomUUID().toString();
        CompletableFuture<@Nullable Completion> through = new CompletableFuture<>();
        waiting.put(eventId, through);
        producer.send(eventId, id, value, replies.partition(), failure -> {
            if (failure != null) {
                through.completeExceptionally(failure);
            }
        });
        return through.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((completion, failure) -> waiting.remove(eventId));
    }

    @Override
    public void close() {
        producer.close();
        replies.close();
    }

    /** The first answer counts; a repeat finds nobody waiting. */
    private void answered(Completion completion) {
        CompletableFuture<@Nullable Completion> through = waiting.get(completion.eventId());
        if (through != null) {
            through.complete(completion);
        }
    }
}

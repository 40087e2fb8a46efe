package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An event is through when the broker has it. */
public final class AcknowledgedSender implements EventSender {
    private final EventProducer producer;

    /**
     * @param settings of a producer
     * @param topic the lane
     */
    public AcknowledgedSender(Map<String, Object> settings, String topic) {
        this.producer = new EventProducer(settings, topic);
    }

    @Override
    public CompletableFuture<@Nullable Completion> send(String id, byte[] value) {
        CompletableFuture<@Nullable Completion> through = new CompletableFuture<>();
        producer.send(UUID.randomUUID().toString(), id, value, null, failure -> {
            if (failure == null) {
                through.complete(null);
            } else {
                through.completeExceptionally(failure);
            }
        });
        return through;
    }

    @Override
    public void close() {
        producer.close();
    }
}

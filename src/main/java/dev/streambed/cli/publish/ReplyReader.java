package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.CompletionFormatException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one partition of {@code completions} from its end, on a thread of its own. */
final class ReplyReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long CLOSE_MILLIS = 10_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final int partition;
    private volatile boolean stopping;
    private Thread thread = new Thread(() -> {});

    /** Takes the position; answers to events sent from now on are read. */
    ReplyReader(Map<String, Object> settings, String topic) {
        Map<String, Object> own = new HashMap<>(settings);
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        own.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            int partitions = consumer.partitionsFor(topic).size();
            if (partitions == 0) {
                throw new org.apache.kafka.common.errors.UnknownTopicOrPartitionException(topic);
            }
            this.partition = ThreadLocalRandom.current().nextInt(partitions);
            TopicPartition mine = new TopicPartition(topic, partition);
            consumer.assign(List.of(mine));
            consumer.seekToEnd(List.of(mine));
            // Looks the end up now; without it the first poll would, after the first send.
            consumer.position(mine);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** The partition that is read. */
    int partition() {
        return partition;
    }

    /** Begins to read. */
    void start(Consumer<Completion> answered) {
        thread = new Thread(() -> read(answered), "replies");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<Completion> answered) {
        try {
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> reply : consumer.poll(POLL)) {
                    try {
                        answered.accept(CompletionCodec.decode(reply.value(), reply.headers()));
                    } catch (CompletionFormatException e) {
                        LOG.debug("Not an answer at offset {} of {}", reply.offset(), reply.topic(), e);
                    }
                }
            }
        } catch (WakeupException e) {
            LOG.debug("Asked to stop");
        } catch (KafkaException e) {
            LOG.error("The answers cannot be read any more", e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofMillis(CLOSE_MILLIS)));
        }
    }
}

package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.HostileEvent;
import dev.streambed.cli.faults.process.RunFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends changes with plain Kafka, as any producer may, and remembers those that the broker acknowledged: what it does not have need not
 * be answered. Changes of one lane arrive in the order in which they were sent. Any thread may call it; {@link #trickle} sends on one
 * of its own.
 */
public final class Feed implements AutoCloseable {
    /** Of a batch before it is compressed. */
    private static final int BATCH_BYTES = 32 << 20;

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final String interactive;
    private final String bulk;
    private final Queue<Sent> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<HostileEvent> hostile = new ConcurrentLinkedQueue<>();
    private final Set<String> unacknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile boolean closed;

    /**
     * A change that the broker has.
     *
     * @param offset in the partition of its lane
     * @param appendedAtMillis when the broker wrote it, epoch milliseconds
     */
    public record Sent(Change change, int partition, long offset, long appendedAtMillis) {}

    Feed(String bootstrapServers, String interactive, String bulk) {
        this.bootstrapServers = bootstrapServers;
        this.interactive = interactive;
        this.bulk = bulk;
        producer = producer(Map.of(ProducerConfig.LINGER_MS_CONFIG, 2));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200,
                // An outage of the broker is no reason to give an event up.
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                600_000,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                16 << 20));
        all.putAll(settings);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends all at once, and returns when the broker has them. */
    public void burst(Collection<Change> changes) {
        changes.forEach(this::send);
        producer.flush();
    }

    /** Sends records that are no changes, as they are, all at once. */
    public void hostile(Collection<HostileEvent> events) {
        hostile(events, producer);
    }

    /** The same in batches that are large on the way in and small on the wire. */
    public void compressed(Collection<HostileEvent> events, CompressionType compression) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                compression.name,
                ProducerConfig.LINGER_MS_CONFIG,
                200,
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                8L * BATCH_BYTES);
        try (KafkaProducer<byte[], byte[]> compressing = producer(settings)) {
            hostile(events, compressing);
        }
    }

    private void hostile(Collection<HostileEvent> events, KafkaProducer<byte[], byte[]> by) {
        for (HostileEvent event : events) {
            String topic = event.bulk() ? bulk : interactive;
            outstanding.incrementAndGet();
            var unused = by.send(
                    new ProducerRecord<>(topic, event.partition(), event.key(), event.value(), event.headers()),
                    (metadata, failure) -> {
                        if (failure == null) {
                            hostile.add(event.at(topic, metadata.partition(), metadata.offset()));
                        }
                        outstanding.decrementAndGet();
                    });
        }
        by.flush();
    }

    /** Of those, what the broker has so far. */
    public List<HostileEvent> hostile() {
        return List.copyOf(hostile);
    }

    /**
     * Sends them one by one, so many a second, on a thread of its own; {@link #awaitSent} waits for it too. Nothing else is to be sent
     * meanwhile: the workload takes the order in which it makes changes for that in which they arrive.
     */
    public void trickle(Collection<Change> changes, double perSecond) {
        outstanding.addAndGet(changes.size()); // so that nobody takes a slow feed for one that has ended
        Thread thread = new Thread(
                () -> {
                    long started = System.nanoTime();
                    long number = 0;
                    for (Change change : changes) {
                        sleepUntil(started + (long) (number++ * TimeUnit.SECONDS.toNanos(1) / perSecond));
                        if (!closed) {
                            send(change);
                        }
                        outstanding.decrementAndGet();
                    }
                },
                "feed");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The same for as long as it is to go on, of changes that are made when they are due.
     *
     * @param next makes one; called on that thread alone
     */
    public void trickle(Supplier<Change> next, double perSecond, BooleanSupplier goOn) {
        outstanding.incrementAndGet();
        Thread thread = new Thread(
                () -> {
                    long started = System.nanoTime();
                    for (long number = 0; goOn.getAsBoolean() && !closed; number++) {
                        send(next.get());
                        sleepUntil(started + (long) ((number + 1) * TimeUnit.SECONDS.toNanos(1) / perSecond));
                    }
                    outstanding.decrementAndGet();
                },
                "feed");
        thread.setDaemon(true);
        thread.start();
    }

    private void sleepUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0 && !closed; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void send(Change change) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                change.bulk() ? bulk : interactive,
                change.documentId().getBytes(StandardCharsets.UTF_8),
                change.value());
        record.headers().add("ce_id", change.eventId().getBytes(StandardCharsets.UTF_8));
        unacknowledged.add(change.eventId());
        outstanding.incrementAndGet();
        var unused = producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                acknowledged.add(new Sent(change, metadata.partition(), metadata.offset(), metadata.timestamp()));
                count.incrementAndGet();
                unacknowledged.remove(change.eventId());
            }
            outstanding.decrementAndGet();
        });
    }

    /** Waits until the broker has taken or refused everything. */
    public void awaitSent(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (outstanding.get() > 0) {
            if (System.nanoTime() > end) {
                throw new RunFailedException(outstanding.get() + " events could not be sent within " + atMost);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** The ids of all events that were sent so far, whether or not the broker has them. */
    Set<String> attempted() {
        Set<String> ids = new HashSet<>(unacknowledged);
        acknowledged.forEach(sent -> ids.add(sent.change().eventId()));
        hostile.forEach(event -> ids.add(String.valueOf(event.eventId())));
        return ids;
    }

    /** What the broker has so far. */
    public List<Change> acknowledged() {
        return acknowledged.stream().map(Sent::change).toList();
    }

    /** The same, with where they lie. */
    public List<Sent> sent() {
        return List.copyOf(acknowledged);
    }

    /** How many the broker has so far. */
    public int count() {
        return count.get();
    }

    @Override
    public void close() {
        closed = true;
        producer.close(Duration.ofSeconds(5));
    }
}

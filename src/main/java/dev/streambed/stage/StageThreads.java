package dev.streambed.stage;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the clients of an application's stream threads, the main consumers gated, and tells a task which consumer its thread
 * polls. One instance an application; thread-safe.
 */
final class StageThreads implements KafkaClientSupplier {
    private final Map<String, Long> laneLimits;
    private final BooleanSupplier shut;
    private final LiveEvents liveEvents;
    private final Set<GatedConsumer> open = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicLong> inFlight = new ConcurrentHashMap<>();
    private final long effectDeadlineMillis;
    private final BoundedBytes bytes;

    @SuppressWarnings("ThreadLocalUsage") // one an application, which lives as long as its threads; no static registry
    private final ThreadLocal<@Nullable GatedConsumer> current = new ThreadLocal<>();

    /**
     * @param laneLimits bytes in flight a lane and thread, by topic
     * @param shut whether nothing may be taken in
     * @param liveEvents told of each consumer that may bring events
     * @param effectDeadlineMillis the longest a call with an effect outside Kafka takes
     * @param bytes of records, bounded
     */
    StageThreads(
            Map<String, Long> laneLimits,
            BooleanSupplier shut,
            LiveEvents liveEvents,
            long effectDeadlineMillis,
            BoundedBytes bytes) {
        this.laneLimits = laneLimits;
        this.shut = shut;
        this.liveEvents = liveEvents;
        this.effectDeadlineMillis = effectDeadlineMillis;
        this.bytes = bytes;
    }

    /** The consumer of the calling stream thread, which has polled at least once: a task comes with a poll. */
    GatedConsumer current() {
        GatedConsumer consumer = current.get();
        if (consumer == null) {
            throw new IllegalStateException(
                    "not on a stream thread of this application: the topology must be run with the"
                            + " client supplier of its StageRuntime, under group.protocol=classic");
        }
        return consumer;
    }

    void enter(GatedConsumer consumer) {
        if (current.get() != consumer) {
            current.set(consumer);
        }
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        ConsumerConfig parsed = new ConsumerConfig(withDeserializers(config));
        long session = parsed.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        long heartbeat = parsed.getInt(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
        if (session <= effectDeadlineMillis) {
            throw new IllegalArgumentException("session.timeout.ms is " + session + ", but must exceed the "
                    + effectDeadlineMillis + " ms that a call to the store may take (milvus.deadline):"
                    + " a zombie could not be told in time");
        }
        Lease lease = new Lease(
                TimeUnit.MILLISECONDS.toNanos(session - effectDeadlineMillis),
                TimeUnit.MILLISECONDS.toNanos(heartbeat + effectDeadlineMillis),
                System::nanoTime);
        GatedConsumer consumer = new GatedConsumer(
                new KafkaConsumer<>(config, bytes, bytes),
                new Gate(laneLimits, shut, inFlight),
                lease,
                this,
                System::currentTimeMillis);
        open.add(consumer);
        liveEvents.addSources(1);
        return consumer;
    }

    /** Bytes of a lane now in flight, over all threads, as the gates count them. */
    long inFlightBytes(String topic) {
        AtomicLong bytes = inFlight.get(topic);
        return bytes == null ? 0 : bytes.get();
    }

    /** The bytes at which a lane is not polled, over the threads that poll. */
    long inFlightLimitBytes(String topic) {
        return laneLimits.getOrDefault(topic, 0L) * open.size();
    }

    /** Whether some thread does not poll some lane for its bytes in flight. */
    boolean isAnyLaneFull() {
        return open.stream().anyMatch(consumer -> consumer.gate().isAnyLaneFull());
    }

    /** A consumer has seen that the gate is shut, or is closed. */
    void takesNoMore(GatedConsumer consumer) {
        if (open.remove(consumer)) {
            liveEvents.addSources(-1);
        }
    }

    /** Ends all polls under way, e.g. so that a shut gate is seen. From any thread. */
    void wakeAll() {
        open.forEach(GatedConsumer::wake);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return newConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return newConsumer(config);
    }

    private static Consumer<byte[], byte[]> newConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<String, Object> withDeserializers(Map<String, Object> config) {
        return ConsumerConfig.appendDeserializerToConfig(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}

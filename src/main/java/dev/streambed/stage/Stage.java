package dev.streambed.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * An asynchronous stage as a node of a topology: makes the processor of each task, with its stores. Thread-safe.
 *
 * @param <E> the event
 * @param <H> the head
 */
public final class Stage<E, H> implements ProcessorSupplier<byte[], byte[], RoutedKey, byte[]> {
    private static final Duration READ_BACK_DEADLINE = Duration.ofSeconds(60);
    private static final String LEDGER = "in-flight";
    private static final String EPOCH = "commit-epoch";

    private final StageOptions options;
    private final Supplier<StageHandler<E, H>> handlers;
    private final HeadCodec<H> headCodec;
    private final LiveEvents liveEvents = new LiveEvents();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final LongAdder answered = new LongAdder();
    private final Set<OldestInFlight> oldest = ConcurrentHashMap.newKeySet(); // of the tasks here
    private final StageThreads threads;
    private final ReadBack readBack;
    private final CountDownLatch shut = new CountDownLatch(1);
    private final Duration longestPoll;
    private final Supplier<Consumer<byte[], byte[]>> redoConsumers;

    /**
     * @param handlers makes a handler for each task; called on stream threads
     */
    public Stage(StageOptions options, Supplier<StageHandler<E, H>> handlers, HeadCodec<H> headCodec) {
        this.options = options;
        this.handlers = handlers;
        this.headCodec = headCodec;
        BoundedBytes bytes = new BoundedBytes(options.largestRecordBytes());
        this.threads = new StageThreads(
                options.laneLimits(),
                this::isShut,
                liveEvents,
                options.effectDeadline().toMillis(),
                bytes);
        this.longestPoll =
                Duration.ofMillis(new StreamsConfig(StageConfig.of(options)).getLong(StreamsConfig.POLL_MS_CONFIG));
        Map<String, Object> readBackConfig = readBackConfig(options);
        this.readBack = new ReadBack(
                () -> new KafkaConsumer<>(readBackConfig, bytes, bytes), READ_BACK_DEADLINE, System::nanoTime);
        Map<String, Object> redoConfig = new HashMap<>(readBackConfig);
        // Of several tasks at a time, and beside all that is in flight.
        redoConfig.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) Redo.MAX_BYTES);
        redoConfig.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, (int) Redo.MAX_BYTES);
        this.redoConsumers = () -> new KafkaConsumer<>(redoConfig, bytes, bytes);
    }

    @Override
    public Processor<byte[], byte[], RoutedKey, byte[]> get() {
        return new StageProcessor<>(this, handlers.get());
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(LEDGER), LedgerKey.serde(), LedgerEntry.serde())
                        .withCachingEnabled()
                        .withLoggingEnabled(Map.of()),
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(headStore()), Serdes.String(), headCodec.serde())
                        .withCachingEnabled()
                        .withLoggingEnabled(Map.of()),
                CommitEpoch.builder(EPOCH));
    }

    /** Events accepted and not yet retired, of all tasks here. */
    LiveEvents liveEvents() {
        return liveEvents;
    }

    /** Events accepted and not yet answered, of all tasks here: those whose work is waited for. */
    AtomicInteger unanswered() {
        return unanswered;
    }

    /** Events answered since the stage was made, of all tasks here. */
    LongAdder answered() {
        return answered;
    }

    /** What each task here says of its oldest event: a task adds its own, and takes it away when it is closed. */
    Set<OldestInFlight> oldest() {
        return oldest;
    }

    /** Takes nothing more in, for good. */
    void shut() {
        shut.countDown();
        threads.wakeAll();
    }

    private boolean isShut() {
        return shut.getCount() == 0;
    }

    /** Waits until nothing more is taken in, but at most this long; less if interrupted. */
    void awaitShut(Duration atMost) {
        try {
            boolean unused = shut.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    StageOptions options() {
        return options;
    }

    StageThreads threads() {
        return threads;
    }

    ReadBack readBack() {
        return readBack;
    }

    /** What a task has to do again is read with one of these. */
    Consumer<byte[], byte[]> newRedoConsumer() {
        return redoConsumers.get();
    }

    /** That its threads wait in one poll where nothing wakes them. */
    Duration longestPoll() {
        return longestPoll;
    }

    Set<String> inputs() {
        return options.inputs();
    }

    String epochStore() {
        return EPOCH;
    }

    String ledgerStore() {
        return LEDGER;
    }

    String headStore() {
        return options.headStore();
    }

    Duration closeTimeout() {
        return options.closeTimeout();
    }

    static Map<String, Object> readBackConfig(StageOptions options) {
        Map<String, Object> streams = StageConfig.of(options);
        Map<String, Object> config = new HashMap<>(
                new StreamsConfig(streams).getMainConsumerConfigs(options.applicationId(), "read-back", 0));
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        config.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // All that is wanted is there. A fetch that waits for more at the end would keep the next partition, and the
        // closing of the
        // consumer, waiting with it: half a second each, in every task.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 0);
        return config;
    }
}

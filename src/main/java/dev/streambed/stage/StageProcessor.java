package dev.streambed.stage;

import dev.streambed.stage.StageHandler.Precedence;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asynchronous stage of one task.
 *
 * <p>A record counts as consumed when {@link #process} returns, but its work takes longer. So each event enters the ledger, a
 * change-logged store of references, before {@code process} returns; the commit that moves the offset past it makes the entry
 * durable first. After a crash what the ledger names is read back from its topic and done again. An entry is retired only when
 * the results, and then the document's head, are durable ({@link Facts}).
 *
 * <p>Owned by the stream thread, but for {@link #done}, which any thread may call. {@code init} may run again on the same object.
 *
 * @param <E> the event
 * @param <H> the head
 */
final class StageProcessor<E, H> implements Processor<byte[], byte[], RoutedKey, byte[]>, GatedConsumer.Source {
    private static final Logger LOG = LoggerFactory.getLogger(StageProcessor.class);

    /** Where the heads' basis lies among the heads. No document's id has a NUL. */
    private static final String BASIS = "\0basis";

    /** One event in flight. What is large is dropped with the answer; the reference stays until it is retired. */
    private static final class Item<E, H> {
        final EventRef ref;
        final long bytes;
        long sinceNanos = System.nanoTime();

        @Nullable
        E event;

        @Nullable
        String documentId;

        @Nullable
        CompletableFuture<Answer<H>> work;

        boolean answered;

        /** Its work was cancelled for the event behind it. */
        boolean overtaken;

        final OldestInFlight.Stay stay;

        /** Not in the ledger: see {@link Redo}. */
        boolean redone;

        Item(EventRef ref, long bytes, OldestInFlight.Stay stay) {
            this.ref = ref;
            this.bytes = bytes;
            this.stay = stay;
        }

        E event() {
            if (event == null) {
                throw new IllegalStateException(ref + " was answered already");
            }
            return event;
        }
    }

    private record Done<E, H>(
            int generation,
            Item<E, H> item,
            @Nullable Answer<H> answer,
            @Nullable Throwable failure) {}

    /** An event read back, or null where it is lost. */
    private record Restored(EventRef ref, @Nullable ConsumerRecord<byte[], byte[]> record) {}

    private final Stage<E, H> stage;
    private final StageHandler<E, H> handler;
    private final Map<EventRef, Item<E, H>> live = new HashMap<>();
    private final Map<String, Chain<Item<E, H>>> chains = new HashMap<>();
    private final ArrayDeque<Restored> restored = new ArrayDeque<>();
    private final Facts<H> facts = new Facts<>();
    private final Quarantine quarantine = new Quarantine();
    private final Map<TopicPartition, Long> processed = new HashMap<>();
    private final DoneQueue<Done<E, H>> results;
    private final OldestInFlight oldest = new OldestInFlight();

    private final AtomicInteger generation = new AtomicInteger();

    // Set by init(), on which everything else follows.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<RoutedKey, byte[]> context;

    @SuppressWarnings("NullAway.Init")
    private GatedConsumer consumer; // null before the first init

    @SuppressWarnings("NullAway.Init")
    private CommitEpoch epoch;

    @SuppressWarnings("NullAway.Init")
    private Ledger ledger;

    @SuppressWarnings("NullAway.Init")
    private KeyValueStore<String, H> heads;

    private @Nullable Cancellable tick;
    private @Nullable Redo redo;

    StageProcessor(Stage<E, H> stage, StageHandler<E, H> handler) {
        this.stage = stage;
        this.handler = handler;
        this.results = new DoneQueue<>(stage.longestPoll(), System::nanoTime);
    }

    /** Nothing is counted, forwarded or submitted before the last line that can fail: a failed init gets no close. */
    @Override
    public void init(ProcessorContext<RoutedKey, byte[]> newContext) {
        // Nor does an init that went well, but was followed by a failure before the task ran: then what it counted is
        // still there.
        abandon();
        context = newContext;
        consumer = stage.threads().current();
        epoch = context.getStateStore(stage.epochStore());
        ledger = new Ledger(
                context.getStateStore(stage.ledgerStore()),
                ThreadLocalRandom.current().nextLong());
        heads = context.getStateStore(stage.headStore());

        List<EventRef> refs = ledger.read();
        Set<TopicPartition> inputs = stage.inputs().stream()
                .map(topic -> new TopicPartition(topic, context.taskId().partition()))
                .collect(Collectors.toSet());
        if (!refs.isEmpty()) {
            LOG.info("{}: reading back {} events in flight", context.taskId(), refs.size());
        }
        ReadBack.Result readBack = stage.readBack().read(refs, inputs);
        quarantine.begin(readBack.ends());
        redo = redoWhatStandsOnAnotherBasis(readBack.ends());

        for (EventRef ref : refs) {
            ConsumerRecord<byte[], byte[]> record = readBack.records().get(ref);
            restored.add(new Restored(ref, record));
            enter(ref, record == null ? 0 : bytesOf(record));
        }
        if (!refs.isEmpty()) {
            LOG.info("{}: events in flight read back", context.taskId());
        }
        consumer.attach(this);
        stage.oldest().add(oldest);
        startTicking();
    }

    private @Nullable Redo redoWhatStandsOnAnotherBasis(Map<TopicPartition, Long> ends) {
        H basis = handler.basis();
        if (basis == null || basis.equals(heads.get(BASIS))) {
            return null;
        }
        try (KeyValueIterator<String, H> all = heads.all()) {
            if (!all.hasNext()) {
                heads.put(BASIS, basis); // nothing was ever done
                return null;
            }
        }
        // Gone before the first head of the new one is there: should the old one come back amid this, both kinds are
        // done again.
        heads.delete(BASIS);
        LOG.warn("{}: what {} say was done for another store and is done again", context.taskId(), stage.headStore());
        return new Redo(stage.newRedoConsumer(), ends);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try {
            take(record);
        } catch (TimeoutException e) {
            // Streams would hand this record over again, to a processor that takes it for one in flight: it would never
            // be answered.
            throw new StreamsException("sending for " + context.taskId() + " timed out", e);
        }
    }

    private void take(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a stage must be fed by its source nodes directly"));
        EventRef ref = new EventRef(metadata.topic(), metadata.partition(), metadata.offset());
        acceptRestored();
        if (!live.containsKey(ref)) {
            ConsumerRecord<byte[], byte[]> event = new ConsumerRecord<>(
                    ref.topic(),
                    ref.partition(),
                    ref.offset(),
                    record.timestamp(),
                    TimestampType.LOG_APPEND_TIME,
                    ConsumerRecord.NULL_SIZE,
                    ConsumerRecord.NULL_SIZE,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty());
            ledger.add(ref);
            enter(ref, bytesOf(event));
            startTicking();
            restored.add(new Restored(ref, event));
            acceptRestored();
        }
        processed.put(ref.topicPartition(), ref.offset());
        drain();
    }

    private void enter(EventRef ref, long bytes) {
        // The poll's time: a clock is not asked for each event.
        live.put(ref, new Item<>(ref, bytes, oldest.enter(consumer.lease().lastPollNanos())));
        quarantine.entered(ref);
        consumer.gate().enter(ref.topic(), bytes);
        stage.liveEvents().add(1);
        stage.unanswered().incrementAndGet();
    }

    /** Takes the records that are to be done again, and ends it when all is durable. */
    private void redo() {
        Redo current = redo;
        if (current == null) {
            return;
        }
        if (consumer.gate().isShut()) {
            // What was restored waits for the end of this, which may be long, and would keep the stage from ending. It
            // is in the ledger.
            abandon();
            return;
        }
        for (ConsumerRecord<byte[], byte[]> record : current.poll()) {
            EventRef ref = new EventRef(record.topic(), record.partition(), record.offset());
            if (!live.containsKey(ref)
                    && handler.arrive(record) instanceof Arrival.Chained<E, H> chained
                    && handler.isToBeRedone(chained.event(), headOf(chained.documentId()))) {
                enter(ref, bytesOf(record));
                item(ref).redone = true;
                current.entered(item(ref).bytes);
                accept(ref, record);
            }
        }
        H basis = handler.basis();
        if (current.isDone() && basis != null) {
            // A commit has passed since the last head: no crash leaves this and not all of them.
            heads.put(BASIS, basis);
            LOG.info("{}: {} events were done again", context.taskId(), current.done());
            endRedo();
        }
    }

    private void endRedo() {
        if (redo != null) {
            redo.close();
            redo = null;
        }
    }

    private void acceptRestored() {
        if (redo != null) {
            return;
        }
        for (Restored next = restored.poll(); next != null; next = restored.poll()) {
            if (next.record() == null) {
                answer(item(next.ref()), handler.lost(next.ref()));
            } else {
                accept(next.ref(), next.record());
            }
        }
    }

    private void accept(EventRef ref, ConsumerRecord<byte[], byte[]> record) {
        Item<E, H> item = item(ref);
        Arrival<E, H> arrival = handler.arrive(record);
        if (arrival instanceof Arrival.Answered<E, H> answered) {
            answer(item, answered.answer());
        } else if (arrival instanceof Arrival.Chained<E, H> chained) {
            item.event = chained.event();
            item.documentId = chained.documentId();
            long ageMillis = Math.max(0, context.currentSystemTimeMs() - chained.sinceMillis());
            item.sinceNanos -= TimeUnit.MILLISECONDS.toNanos(ageMillis);
            Chain<Item<E, H>> chain = chains.computeIfAbsent(chained.documentId(), id -> new Chain<>());
            if (chain.tryRun(item)) {
                run(chained.documentId(), chain, item);
            } else {
                chain.enqueue(item, this::compare)
                        .forEach(displaced -> answer(displaced, handler.superseded(displaced.event())));
                overtake(chain.runningBefore(item), item);
            }
        }
    }

    private void overtake(@Nullable Item<E, H> running, Item<E, H> item) {
        if (running != null
                && running.work != null
                && !running.redone
                && handler.overtakes(item.event(), running.event())) {
            running.overtaken = true;
            running.work.cancel(false); // it comes back as done
        }
    }

    private Precedence compare(Item<E, H> arriving, Item<E, H> waiting) {
        return handler.compare(arriving.event(), waiting.event());
    }

    /** Plans the head of a chain, and the next one for as long as no work has to be waited for. */
    private void run(String documentId, Chain<Item<E, H>> chain, @Nullable Item<E, H> head) {
        for (Item<E, H> item = head; item != null; item = chain.next()) {
            Verdict<H> verdict = plan(documentId, item);
            if (verdict instanceof Verdict.Later<H> later) {
                int submittedIn = generation.get();
                results.expect(1);
                item.work = later.answer();
                Item<E, H> submitted = item;
                var unused =
                        later.answer().whenComplete((answer, failure) -> done(submittedIn, submitted, answer, failure));
                return;
            } else if (verdict instanceof Verdict.Now<H> now) {
                answer(item, now.answer());
            }
        }
        chains.remove(documentId);
    }

    private Verdict<H> plan(String documentId, Item<E, H> item) {
        H head = headOf(documentId);
        E event = item.event();
        boolean quarantined = quarantine.holds(item.ref, processed, progress());
        try {
            return handler.plan(event, head, quarantined, mayAct(generation.get(), consumer.lease()));
        } catch (RuntimeException unforeseen) {
            // A defect must not become a poison pill that stops the partition.
            LOG.error("planning {} failed; the event is answered as failed", item.ref, unforeseen);
            return new Verdict.Now<>(handler.failed(event, head, unforeseen));
        }
    }

    private BooleanSupplier mayAct(int plannedIn, Lease lease) {
        return () -> plannedIn == generation.get() && lease.isValid();
    }

    private @Nullable H headOf(String documentId) {
        H pending = facts.newest(documentId);
        return pending != null ? pending : heads.get(documentId);
    }

    /** The work of an item ended. Any thread. */
    private void done(int submittedIn, Item<E, H> item, @Nullable Answer<H> answer, @Nullable Throwable failure) {
        if (submittedIn == generation.get()) {
            if (results.add(new Done<>(submittedIn, item, answer, failure), item.sinceNanos)) {
                consumer.wake();
            }
        }
    }

    @Override
    public boolean hasResults() {
        return results.isUrgent() || (redo != null && redo.isReading());
    }

    @Override
    public Set<TopicPartition> closedTo() {
        return redo == null ? Set.of() : redo.partitions();
    }

    /** Sends what is done, and writes what the commits allow. */
    private void drain() {
        redo();
        acceptRestored();
        if (!consumer.lease().isValid()) {
            // After a long pause: the partition may be another's by now, and these results older than that one's.
            return;
        }
        // Taken out first: work that is given back at once, and planned again, must not keep the thread here.
        for (Done<E, H> done : results.take()) {
            if (done.generation() == generation.get()) {
                finish(done);
            }
        }
        facts.advance(epoch.current(), heads::put, this::retire);
        ledger.write();
        if (live.isEmpty() && redo == null) {
            stopTicking();
        } else if (consumer.gate().isShut() && chains.isEmpty() && restored.isEmpty()) {
            // All is answered, and nobody works on the partitions until the facts have followed.
            context.commit();
        }
    }

    private void finish(Done<E, H> done) {
        results.expect(-1);
        Item<E, H> item = done.item();
        String documentId = item.documentId;
        if (documentId == null) {
            throw new IllegalStateException(item.ref + " has work but no document");
        }
        Chain<Item<E, H>> chain = chains.get(documentId);
        if (chain == null) {
            throw new IllegalStateException(item.ref + " has work but no chain");
        }
        Throwable failure = unwrap(done.failure());
        if (failure instanceof CancellationException && item.overtaken) {
            answer(item, handler.superseded(item.event()));
            run(documentId, chain, chain.next());
            return;
        }
        if (failure instanceof CancellationException) {
            // Not by us: our own cancellations end a generation. The worker gave it back, e.g. after a lapsed lease.
            run(documentId, chain, item);
            return;
        }
        Answer<H> answer = done.answer();
        if (answer == null) {
            Throwable cause = failure == null ? new IllegalStateException("the work ended without an answer") : failure;
            answer = handler.failed(item.event(), headOf(documentId), cause);
        }
        answer(item, answer);
        run(documentId, chain, chain.next());
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void answer(Item<E, H> item, Answer<H> answer) {
        for (Outbound out : answer.outputs()) {
            RoutedKey key = new RoutedKey(out.key(), out.routing(), out.partition());
            context.forward(new Record<>(key, out.value(), context.currentSystemTimeMs(), out.headers()), out.sink());
            Runnable whenSent = out.whenSent();
            if (whenSent != null) {
                whenSent.run();
            }
        }
        if (answer.head() != null && item.documentId != null) {
            facts.sent(epoch.current(), item.ref, item.documentId, answer.head());
        } else {
            facts.sent(epoch.current(), item.ref);
        }
        item.answered = true;
        item.event = null;
        item.work = null;
        quarantine.answered(item.ref);
        if (item.redone && redo != null) {
            redo.answered(item.bytes);
        }
        consumer.gate().leave(item.ref.topic(), item.bytes);
        oldest.leave(item.stay);
        stage.unanswered().decrementAndGet();
        stage.answered().increment();
    }

    private void retire(EventRef ref) {
        Item<E, H> item = live.remove(ref);
        if (redo != null && item != null && item.redone) {
            redo.retired();
        } else {
            ledger.retire(ref);
        }
        stage.liveEvents().add(-1);
    }

    private Item<E, H> item(EventRef ref) {
        Item<E, H> item = live.get(ref);
        if (item == null) {
            throw new IllegalStateException(ref + " is not in flight");
        }
        return item;
    }

    /** Never forwards: what is cancelled here is in the ledger, for whoever gets the task. */
    @Override
    public void close() {
        boolean began = consumer != null;
        abandon();
        if (began) {
            handler.awaitEffects(consumer.leftToClose(stage.closeTimeout()));
        }
    }

    private void abandon() {
        generation.incrementAndGet();
        stopTicking();
        stage.oldest().remove(oldest);
        oldest.clear();
        if (consumer != null) {
            consumer.detach(this);
        }
        for (Item<E, H> item : live.values()) {
            if (item.work != null) {
                item.work.cancel(false);
            }
            if (!item.answered) {
                consumer.gate().leave(item.ref.topic(), item.bytes);
                stage.unanswered().decrementAndGet();
            }
            stage.liveEvents().add(-1);
        }
        endRedo();
        live.clear();
        chains.clear();
        restored.clear();
        facts.clear();
        processed.clear();
        results.clear();
    }

    private void startTicking() {
        if (tick == null && (redo != null || !live.isEmpty())) {
            tick = context.schedule(GatedConsumer.BRIEFLY, PunctuationType.WALL_CLOCK_TIME, now -> drain());
        }
    }

    private void stopTicking() {
        if (tick != null) {
            tick.cancel();
            tick = null;
        }
    }

    private Quarantine.Progress progress() {
        return new Quarantine.Progress() {
            @Override
            public long position(TopicPartition partition) {
                return consumer.reached(partition);
            }

            @Override
            public long lastReturned(TopicPartition partition) {
                return consumer.lastReturned(partition);
            }
        };
    }

    private static long bytesOf(ConsumerRecord<byte[], byte[]> record) {
        long bytes = record.key() == null ? 0 : record.key().length;
        bytes += record.value() == null ? 0 : record.value().length;
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}

package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A stage as small as one can be that uses all a stage offers: it computes nothing, but waits for a {@link Worker}; older events
 * are superseded, and content that is the head's already is called unchanged. Sends {@link TestResult}s.
 */
final class TestHandler implements StageHandler<TestEvent, TestHead> {
    static final String SINK = "results";

    /** What takes its time, on threads of its own. */
    interface Worker {
        CompletableFuture<Void> work(TestEvent event, BooleanSupplier mayAct);
    }

    private final Worker worker;

    TestHandler(Worker worker) {
        this.worker = worker;
    }

    @Override
    public Arrival<TestEvent, TestHead> arrive(ConsumerRecord<byte[], byte[]> record) {
        TestEvent event = TestEvent.of(record);
        return new Arrival.Chained<>(event, event.documentId(), record.timestamp());
    }

    @Override
    public Precedence compare(TestEvent arriving, TestEvent waiting) {
        return arriving.against(waiting);
    }

    @Override
    public boolean overtakes(TestEvent arriving, TestEvent running) {
        return isBulk(running) && !isBulk(arriving) && compare(arriving, running) == Precedence.ARRIVING_SUPERSEDES;
    }

    private static boolean isBulk(TestEvent event) {
        return event.ref().topic().endsWith(".bulk");
    }

    @Override
    public Answer<TestHead> superseded(TestEvent event) {
        return Answer.of(send(TestResult.Kind.SUPERSEDED, event));
    }

    @Override
    public Verdict<TestHead> plan(
            TestEvent event, @Nullable TestHead head, boolean quarantined, BooleanSupplier mayAct) {
        if (head != null) {
            if (head.ref().equals(event.ref()) && !head.content().isEmpty()) {
                return new Verdict.Now<>(new Answer<>(List.of(), head));
            }
            if (!event.isNewerThan(head) && !head.ref().equals(event.ref())) {
                return new Verdict.Now<>(superseded(event));
            }
            if (!quarantined && head.content().equals(event.content())) {
                return new Verdict.Now<>(new Answer<>(send(TestResult.Kind.UNCHANGED, event), event.head()));
            }
        }
        CompletableFuture<Void> work = worker.work(event, mayAct);
        CompletableFuture<Answer<TestHead>> answer =
                work.thenApply(unused -> new Answer<>(send(TestResult.Kind.RESULT, event), event.head()));
        var unused = answer.whenComplete((sent, failure) -> {
            if (answer.isCancelled()) {
                work.cancel(false);
            }
        });
        return new Verdict.Later<>(answer);
    }

    @Override
    public Answer<TestHead> failed(TestEvent event, @Nullable TestHead head, Throwable failure) {
        return new Answer<>(send(TestResult.Kind.FAILED, event), head == null ? null : head.provingNothing());
    }

    @Override
    public Answer<TestHead> lost(EventRef ref) {
        byte[] value = new TestResult(TestResult.Kind.LOST, ref, -1, "").encode();
        return Answer.of(List.of(new Outbound(SINK, null, value, new RecordHeaders(), null, null)));
    }

    private static List<Outbound> send(TestResult.Kind kind, TestEvent event) {
        byte[] value = new TestResult(kind, event.ref(), event.version(), event.content()).encode();
        return List.of(Outbound.byKey(SINK, event.documentId().getBytes(UTF_8), value, new RecordHeaders()));
    }
}

package dev.streambed.cli.faults.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.streambed.cli.faults.proxy.Call.Outcome;
import io.milvus.shaded.io.grpc.HandlerRegistry;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.ServerMethodDefinition;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.stub.ServerCallStreamObserver;
import io.milvus.shaded.io.grpc.stub.ServerCalls;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What becomes of a call to a {@link MilvusProxy}, whatever its method. Thread-safe; runs on gRPC's threads, and never blocks one. */
final class CallHandler extends HandlerRegistry {
    private static final String INJECTED = "(so the fault injector says)";
    private static final int INVALID_PARAMETER = 1100;

    private final FaultSwitch faults;
    private final CallLog log;
    private final ScheduledExecutorService timer;
    private final Upstream upstream;
    private volatile Predicate<String> poison = id -> false;

    CallHandler(FaultSwitch faults, CallLog log, ScheduledExecutorService timer, Upstream upstream) {
        this.faults = faults;
        this.log = log;
        this.timer = timer;
        this.upstream = upstream;
    }

    /** Which rows are refused from now on. */
    void poison(Predicate<String> ids) {
        poison = ids;
    }

    /** Every method there is and will be. */
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String fullMethod, @Nullable String authority) {
        return ServerMethodDefinition.create(
                Bytes.unary(fullMethod),
                (call, headers) -> ServerCalls.<byte[], byte[]>asyncUnaryCall(
                                (request, caller) -> begin(fullMethod, headers, request, caller))
                        .startCall(call, headers));
    }

    private void begin(String fullMethod, Metadata headers, byte[] request, StreamObserver<byte[]> caller) {
        Exchange exchange;
        try {
            exchange = new Exchange(fullMethod, headers, request, caller, log);
        } catch (InvalidProtocolBufferException e) {
            caller.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        ((ServerCallStreamObserver<byte[]>) caller).setOnCancelHandler(() -> {
            exchange.abandon();
            faults.forget(exchange);
        });
        handle(exchange);
    }

    /** The story of a call: the fault in force, then poison, then the real server, then the answer. */
    void handle(Exchange exchange) {
        Fault fault = faults.take(exchange);
        if (fault == null) {
            forward(exchange, Outcome.ACKNOWLEDGED);
        } else if (fault instanceof Fault.Refuse refuse) {
            exchange.answer(Messages.refusal(refuse.code(), refuse.reason()), Outcome.INJECTED);
        } else if (fault instanceof Fault.Fail fail) {
            exchange.fail(
                    Status.Code.valueOf(fail.status().name())
                            .toStatus()
                            .withDescription(INJECTED)
                            .asRuntimeException(),
                    Outcome.INJECTED);
        } else if (fault instanceof Fault.Slow slow) {
            var unused = timer.schedule(
                    () -> forward(exchange, Outcome.ACKNOWLEDGED),
                    slow.latency().toNanos(),
                    TimeUnit.NANOSECONDS);
        } else if (fault instanceof Fault.LoseAnswer) {
            forward(exchange, Outcome.LOST);
        } // else it hangs, and the switch has it
    }

    private void forward(Exchange exchange, Outcome whenDone) {
        if (exchange.isGivenUp()) {
            exchange.abandon();
            return;
        }
        var poisonous = exchange.rowsWritten().filter(poison).findFirst();
        if (poisonous.isPresent()) {
            exchange.answer(
                    Messages.refusal(INVALID_PARAMETER, "the row " + poisonous.get() + " is refused " + INJECTED),
                    Outcome.INJECTED);
            return;
        }
        upstream.call(exchange, answer -> answered(exchange, answer, whenDone), e -> exchange.fail(e, Outcome.FAILED));
    }

    private static void answered(Exchange exchange, byte[] answer, Outcome whenDone) {
        if (!Scope.WRITES.covers(exchange.method())) {
            exchange.answer(answer, Outcome.ANSWERED);
        } else if (!Messages.isDone(answer)) {
            exchange.answer(answer, Outcome.REFUSED);
        } else if (whenDone == Outcome.LOST) {
            exchange.fail(
                    Status.UNAVAILABLE
                            .withDescription("the answer was lost " + INJECTED)
                            .asRuntimeException(),
                    Outcome.LOST);
        } else {
            exchange.answer(answer, Outcome.ACKNOWLEDGED);
        }
    }
}

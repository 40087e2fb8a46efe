package dev.streambed.cli.faults.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.streambed.cli.faults.proxy.Call.Outcome;
import io.milvus.shaded.io.grpc.HandlerRegistry;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.ServerMethodDefinition;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.milvus.shaded.io.grpc.stub.ServerCallStreamObserver;
import io.milvus.shaded.io.grpc.stub.ServerCalls;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Milvus that misbehaves on demand: takes gRPC calls on a port of the loopback and passes them, bytes, headers and deadlines, to a real one, but
 * for those that a {@link Fault} is for. Every method may be called from any thread. Calls are moved by gRPC's event loops; one thread of its own,
 * {@code milvus-proxy-timer}, keeps what {@link Fault.Slow} holds back.
 *
 * <p>One fault at a time, and beside it {@linkplain #poison poisonous ids}. Begins without either. What is under way is bounded by the callers: each
 * of their calls holds its request here.
 */
public final class MilvusProxy implements AutoCloseable {
    static final int MAX_MESSAGE_BYTES = 128 << 20;

    private static final String INJECTED = "(so the fault injector says)";
    private static final int INVALID_PARAMETER = 1100;

    private final FaultSwitch faults = new FaultSwitch();
    private final CallLog log;
    private final ScheduledExecutorService timer;
    private final Upstream upstream;
    private final Server server;
    private volatile Predicate<String> poison = id -> false;

    private MilvusProxy(int port, URI milvus, Consumer<Call> listener) throws IOException {
        this.log = new CallLog(listener);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "milvus-proxy-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.upstream = new Upstream(milvus, timer);
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .directExecutor()
                .fallbackHandlerRegistry(new AnyMethod())
                .build();
    }

    /**
     * Starts a proxy that passes everything.
     *
     * @param port what to listen on, 0 for a free one
     * @param milvus {@code http://host:port} or https; need not answer yet. Calls fail with UNAVAILABLE while it does not
     * @param listener told of every call that ends, before its caller is, by the thread that ends it: from several at once, and it must be
     *     quick, for other calls wait for that thread
     * @throws IOException if the port is taken
     */
    public static MilvusProxy start(int port, String milvus, Consumer<Call> listener) throws IOException {
        var proxy = new MilvusProxy(port, URI.create(milvus), listener);
        try {
            proxy.server.start();
            return proxy;
        } catch (IOException e) {
            proxy.close();
            throw e;
        }
    }

    /** What a client's {@code milvus.uri} is, {@code http://127.0.0.1:<port>}. */
    public String uri() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
    }

    /** Ends the fault: calls pass, and those that hang go on. Poisonous ids stay. */
    public void pass() {
        set(null, FaultSwitch.UNTIL_SWITCHED);
    }

    /** Every call in the fault's scope from now on, until another fault or {@link #pass()}. */
    public void inject(Fault fault) {
        set(fault, FaultSwitch.UNTIL_SWITCHED);
    }

    /**
     * The next calls in the fault's scope; all after them pass.
     *
     * @param calls 1 or more; those that hung under the fault before count if they are still waited for
     */
    public void inject(Fault fault, int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("a fault for " + calls + " calls: 1 or more");
        }
        set(fault, calls);
    }

    private void set(@Nullable Fault fault, long calls) {
        faults.set(fault, calls).forEach(this::handle);
    }

    /**
     * Which rows are refused for good, until the next call of this. An upsert or insert with one among its rows is answered with code 1100
     * and not passed on, wherever the fault in force lets it through; a deletion is no matter.
     *
     * @param ids of rows ({@code <document id>#<chunk>}), asked on gRPC's threads; {@code id -> false} for none
     */
    public void poison(Predicate<String> ids) {
        poison = ids;
    }

    /** Calls that hang now. */
    public int hanging() {
        return faults.hanging();
    }

    /** How many calls of a method have ended so. */
    public long count(String method, Outcome outcome) {
        return log.count(method, outcome);
    }

    /** All these counts, by method; a copy. */
    public Map<String, Map<Outcome, Long>> counts() {
        return log.counts();
    }

    /** {@link System#nanoTime} of the last write that the real server acknowledged, to be told to its caller or to be lost. */
    public OptionalLong lastAcknowledged() {
        return log.lastWritten();
    }

    /**
     * The first write that the real server acknowledged after a moment.
     *
     * @param nanos of {@link System#nanoTime}
     * @return likewise; empty if there was none yet
     * @throws IllegalArgumentException if more than 131,072 writes were acknowledged since, so that the first is not known
     */
    public OptionalLong firstAcknowledgedAfter(long nanos) {
        return log.firstWrittenAfter(nanos);
    }

    /** As {@link #firstAcknowledgedAfter}, but waits for it; empty if there was none in time. */
    public OptionalLong awaitAcknowledgedAfter(long nanos, Duration atMost) throws InterruptedException {
        return log.awaitWrittenAfter(nanos, atMost);
    }

    /** Breaks all connections and stops listening. A second time it does nothing. */
    @Override
    public void close() {
        server.shutdownNow();
        upstream.close();
        timer.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every method there is and will be. */
    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String fullMethod, @Nullable String authority) {
            return ServerMethodDefinition.create(
                    Bytes.unary(fullMethod),
                    (call, headers) -> ServerCalls.<byte[], byte[]>asyncUnaryCall(
                                    (request, caller) -> begin(fullMethod, headers, request, caller))
                            .startCall(call, headers));
        }
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
    private void handle(Exchange exchange) {
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

package dev.streambed.cli.faults.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.streambed.cli.faults.proxy.Call.Outcome;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import io.milvus.shaded.io.grpc.Context;
import io.milvus.shaded.io.grpc.Deadline;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * One call under way: its request, and its caller, who is answered once. Thread-safe. The first ending counts, is logged, and is then told to the
 * caller; later ones do nothing.
 */
final class Exchange {
    private final String fullMethod;
    private final Metadata headers;
    private final byte[] request;
    private final List<RowRef> rows;
    private final StreamObserver<byte[]> caller;
    private final CallLog log;
    private final Context context = Context.current();
    private final long beginNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * Begins now, in gRPC's context of the call, which knows its deadline and whether its caller has gone.
     *
     * @throws InvalidProtocolBufferException if it is a write and its bytes are none
     */
    Exchange(String fullMethod, Metadata headers, byte[] request, StreamObserver<byte[]> caller, CallLog log)
            throws InvalidProtocolBufferException {
        this.fullMethod = fullMethod;
        this.headers = headers;
        this.request = request;
        this.rows = Messages.rows(method(), request);
        this.caller = caller;
        this.log = log;
    }

    /** With its service. */
    String fullMethod() {
        return fullMethod;
    }

    /** Without its service. */
    String method() {
        return fullMethod.substring(fullMethod.lastIndexOf('/') + 1);
    }

    Metadata headers() {
        return headers;
    }

    /** Not copied: do not change. */
    byte[] request() {
        return request;
    }

    /** The ids of what would be in the store after it. */
    Stream<String> rowsWritten() {
        return method().equals("Delete") ? Stream.empty() : rows.stream().map(RowRef::id);
    }

    Context context() {
        return context;
    }

    boolean isEnded() {
        return ended.get();
    }

    /** Whether its caller has gone, or will have before it can be answered. */
    boolean isGivenUp() {
        Deadline deadline = context.getDeadline();
        return context.isCancelled() || (deadline != null && deadline.isExpired());
    }

    void answer(byte[] answer, Outcome outcome) {
        if (end(outcome)) {
            caller.onNext(answer);
            caller.onCompleted();
        }
    }

    /** Fails with a status of gRPC. */
    void fail(Throwable status, Outcome outcome) {
        if (end(outcome)) {
            caller.onError(status);
        }
    }

    /** Its caller has gone: there is nobody to tell. */
    void abandon() {
        end(Outcome.ABANDONED);
    }

    private boolean end(Outcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        log.ended(method(), rows, beginNanos, outcome);
        return true;
    }
}

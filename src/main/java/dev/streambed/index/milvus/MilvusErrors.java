package dev.streambed.index.milvus;

import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.StatusException;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import io.milvus.v2.exception.ErrorCode;
import io.milvus.v2.exception.MilvusClientException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what the SDK and the server say, once. The server's codes are those of Milvus 2.3 and later.
 *
 * <p>What is not known is TRANSIENT: it is held and tried again, loudly, where POISON would fail a document and STOPPED would wait longer
 * than need be. The writer then shrinks its calls and goes round, so that a row which is refused with an unknown code does not keep the
 * others from being written.
 */
final class MilvusErrors {
    /** Collection not found. */
    static final int COLLECTION_NOT_FOUND = 100;

    private MilvusErrors() {}

    /**
     * @param doing what was being done, for the message: {@code "upsert into Milvus at …"}
     */
    static IndexException sort(String doing, RuntimeException e) {
        if (e instanceof MilvusClientException milvus
                && milvus.getErrorCode() == ErrorCode.SERVER_ERROR
                && !isSdksOwnWait(milvus)) {
            return server(doing, milvus);
        }
        Status status = grpcStatus(e);
        if (status != null) {
            return rpc(doing, status, e);
        }
        if (e instanceof MilvusClientException milvus) {
            return switch (milvus.getErrorCode()) {
                case TIMEOUT, SERVER_ERROR ->
                    new IndexException(Kind.TRANSIENT, doing + ": no answer within the deadline", e);
                case COLLECTION_NOT_FOUND -> missing(doing, e);
                case CLIENT_ERROR, INVALID_PARAMS -> new IndexException(Kind.POISON, doing + ": " + said(e), e);
                default -> new IndexException(Kind.TRANSIENT, doing + ": " + said(e), e);
            };
        }
        return new IndexException(Kind.TRANSIENT, doing + ": " + e.getClass().getSimpleName() + " " + said(e), e);
    }

    /** Whether the call may never have reached a server: a new connection is worth a try. */
    static boolean isConnectionTrouble(RuntimeException e) {
        Status status = grpcStatus(e);
        return status != null
                && (status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.DEADLINE_EXCEEDED);
    }

    static boolean isDeadline(RuntimeException e) {
        Status status = grpcStatus(e);
        return status != null
                ? status.getCode() == Status.Code.DEADLINE_EXCEEDED
                : e instanceof MilvusClientException milvus
                        && (milvus.getErrorCode() == ErrorCode.TIMEOUT || isSdksOwnWait(milvus));
    }

    /** The SDK's waiting for a load or an index that went on past its timeout: it says so in the server's name, with the code of success. */
    private static boolean isSdksOwnWait(MilvusClientException e) {
        return e.getErrorCode() == ErrorCode.SERVER_ERROR
                && e.getServerErrCode() == 0
                && said(e).toLowerCase(Locale.ROOT).contains("timeout");
    }

    private static IndexException server(String doing, MilvusClientException e) {
        String what = doing + ": Milvus says " + e.getServerErrCode() + ", " + said(e);
        return switch (e.getServerErrCode()) {
            case 3 ->
                new IndexException(
                        Kind.STOPPED, what + ". Its memory is full: give it more, or release collections", e);
            case 7 -> new IndexException(Kind.STOPPED, what + ". Its disk quota is used up: free space or raise it", e);
            case 9 ->
                new IndexException(
                        Kind.STOPPED, what + ". It denies writes (a quota, or switched read-only): see its logs", e);
            case COLLECTION_NOT_FOUND -> missing(what, e);
            case 105, 106, 107, 108 ->
                new IndexException(Kind.STOPPED, what + ". The collection's schema is not the one expected", e);
            case 800, 802 ->
                new IndexException(Kind.STOPPED, what + ". Create the database or correct milvus.database", e);
            case 1400, 1401, 1800 ->
                new IndexException(
                        Kind.STOPPED,
                        what + ". Correct milvus.token, or grant its user the rights on the collection",
                        e);
            case 1100, 1101, 1102, 1804 -> new IndexException(Kind.POISON, what, e);
            default -> new IndexException(Kind.TRANSIENT, what, e);
        };
    }

    private static IndexException rpc(String doing, Status status, RuntimeException e) {
        String what = doing + ": " + status.getCode()
                + (status.getDescription() == null ? "" : ", " + firstLine(status.getDescription()));
        SSLException tls = tlsFailure(e);
        if (tls != null) {
            return tls(doing, tls);
        }
        return switch (status.getCode()) {
            // gRPC's own description has the elapsed nanoseconds in it: another text each time.
            case DEADLINE_EXCEEDED -> new IndexException(Kind.TRANSIENT, doing + ": no answer within the deadline", e);
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                new IndexException(Kind.STOPPED, what + ". Correct milvus.token, or grant its user the rights", e);
            case UNIMPLEMENTED ->
                new IndexException(Kind.STOPPED, what + ". What answers at milvus.uri is no Milvus of 2.3 or later", e);
            default -> new IndexException(Kind.TRANSIENT, what, e);
        };
    }

    private static IndexException missing(String what, RuntimeException e) {
        return new IndexException(
                Kind.STOPPED,
                what + ". The collection is gone: INDEX starts anew, which makes it again and refills it from the log",
                e);
    }

    /** gRPC's status, which the SDK wraps in its own exception or lets through as it is. */
    private static @Nullable Status grpcStatus(RuntimeException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof StatusRuntimeException rpc) {
                return rpc.getStatus();
            }
            if (t instanceof StatusException rpc) {
                return rpc.getStatus();
            }
        }
        return null;
    }

    /** STOPPED: a person must correct a file, an address or a certificate. */
    static IndexException tls(String doing, SSLException e) {
        return new IndexException(
                Kind.STOPPED,
                doing + ": TLS does not come about: " + innermost(e) + ". Correct milvus.uri, milvus.ca-file or"
                        + " milvus.certificate-file, or the server's certificate",
                e);
    }

    private static @Nullable SSLException tlsFailure(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SSLException tls) {
                return tls;
            }
        }
        return null;
    }

    private static String innermost(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null && t.getCause() != t) {
            t = t.getCause();
        }
        return firstLine(String.valueOf(t.getMessage()));
    }

    private static String said(RuntimeException e) {
        return e.getMessage() == null ? "no reason given" : firstLine(e.getMessage());
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }
}

package dev.streambed.index.milvus;

import dev.streambed.index.IndexException;
import io.milvus.shaded.io.grpc.Context;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.client.RetryConfig;
import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's client, made when first needed and made anew after a call did not get through.
 *
 * <p>Anew, because a channel that could not connect waits longer and longer between its attempts, up to two minutes: a store that is back
 * would be seen too late. The old client is closed by the last call that uses it, for closing it under a call breaks that call.
 *
 * <p>Thread-safe. A call blocks its thread for at most the deadline, or twice that where it has to connect first.
 */
final class MilvusConnection implements AutoCloseable {
    private final MilvusOptions options;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "milvus-deadlines");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Lease current; // guarded by this
    private boolean closed; // guarded by this
    private @Nullable RuntimeException lastRefusal; // guarded by this
    private volatile int refusals;
    private volatile int connects;

    MilvusConnection(MilvusOptions options) {
        this.options = options;
    }

    /**
     * One call, one attempt.
     *
     * @param doing for the message of the exception
     */
    <T> T call(String doing, Function<MilvusClientV2, T> call) throws IndexException {
        return attempt(doing, call, true);
    }

    /**
     * As {@link #call}, but where it had to connect first refused as TRANSIENT: who may write for one deadline more must be asked again
     * after two. The next attempt finds the connection. Nor does it outlive that deadline: one that the SDK counts from the moment at which it
     * builds the request would begin anew in a process that stood still just before.
     *
     * @param allowedAtNanos when the deadline began, as {@link System#nanoTime}
     */
    <T> T write(String doing, long allowedAtNanos, Function<MilvusClientV2, T> call) throws IndexException {
        return attempt(
                doing,
                client -> {
                    long left = allowedAtNanos + options.rpcDeadline().toNanos() - System.nanoTime();
                    // gRPC takes the earlier of this deadline and the SDK's, and begins no call after it.
                    try (var until = Context.current().withDeadlineAfter(left, TimeUnit.NANOSECONDS, deadlines)) {
                        Context before = until.attach();
                        try {
                            return call.apply(client);
                        } finally {
                            until.detach(before);
                        }
                    }
                },
                false);
    }

    private <T> T attempt(String doing, Function<MilvusClientV2, T> call, boolean afterConnecting)
            throws IndexException {
        int before = connects;
        Lease lease;
        try {
            lease = lease();
        } catch (RuntimeException e) {
            throw notConnected(e);
        }
        try {
            if (!afterConnecting && connects != before) {
                throw new IndexException(
                        IndexException.Kind.TRANSIENT,
                        doing + " (" + options + "): connected first; to be tried again");
            }
            return call.apply(lease.client);
        } catch (RuntimeException e) {
            IndexException sorted = MilvusErrors.sort(doing + " (" + options + ")", e);
            if (MilvusErrors.isConnectionTrouble(e)) {
                abandon(lease);
            }
            throw sorted;
        } finally {
            lease.release();
        }
    }

    private IndexException notConnected(RuntimeException e) {
        String doing = "connect (" + options + ")";
        if (options.isSecure() && (MilvusErrors.isDeadline(e) || MilvusErrors.isConnectionTrouble(e))) {
            SSLException tls = TlsProbe.failure(options.uri(), options.tls(), options.rpcDeadline());
            if (tls != null) {
                return MilvusErrors.tls(doing, tls);
            }
        }
        return MilvusErrors.sort(doing, e);
    }

    private Lease lease() {
        int seen = refusals;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            if (current == null) {
                if (refusals != seen && lastRefusal != null) {
                    throw lastRefusal; // another thread tried while this one waited: do not add up the deadlines
                }
                current = connected();
            }
            current.users.incrementAndGet();
            return current;
        }
    }

    private synchronized Lease connected() {
        try {
            Lease made = new Lease(connect());
            connects++;
            return made;
        } catch (RuntimeException e) {
            lastRefusal = e;
            refusals++;
            throw e;
        }
    }

    private MilvusClientV2 connect() {
        long deadline = options.rpcDeadline().toMillis();
        var config = ConnectConfig.builder()
                .uri(options.uri())
                .connectTimeoutMs(deadline)
                .rpcDeadlineMs(deadline)
                .secure(options.isSecure());
        if (options.token() != null) {
            config.token(options.token());
        }
        if (options.isSecure()) {
            addTls(config);
        }
        // No dbName here: the SDK would check it with a call that has no deadline. Each request names the database
        // instead.
        var client = new MilvusClientV2(config.build());
        client.retryConfig(
                RetryConfig.builder().maxRetryTimes(1).retryOnRateLimit(false).build());
        return client;
    }

    /** Other than its names say: "server PEM" trusts what is in the file, "client PEM" and key go with "CA PEM" only. */
    private void addTls(ConnectConfig.ConnectConfigBuilder config) {
        MilvusTls tls = options.tls();
        if (tls.caFile() == null) {
            return; // what Java trusts
        }
        // The SDK overrides the authority with it, which must not be null; the certificate is checked against it.
        config.serverName(URI.create(options.uri()).getHost());
        if (tls.certificateFile() != null && tls.keyFile() != null) {
            config.caPemPath(tls.caFile().toString())
                    .clientPemPath(tls.certificateFile().toString())
                    .clientKeyPath(tls.keyFile().toString());
        } else {
            config.serverPemPath(tls.caFile().toString());
        }
    }

    private synchronized void abandon(Lease lease) {
        if (current == lease) {
            current = null;
            lease.release(); // the connection's own hold on it
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        deadlines.shutdown();
        if (current != null) {
            abandon(current);
        }
    }

    private static final class Lease {
        private final MilvusClientV2 client;
        private final AtomicInteger users = new AtomicInteger(1);

        Lease(MilvusClientV2 client) {
            this.client = client;
        }

        void release() {
            if (users.decrementAndGet() == 0) {
                try {
                    client.close(0);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}

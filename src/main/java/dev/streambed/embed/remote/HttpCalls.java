package dev.streambed.embed.remote;

import dev.streambed.embed.remote.RemoteException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * POSTs to one address, each within a deadline that covers the answer's last byte too ({@link HttpRequest#timeout} ends with its headers).
 * Any thread may call it and is blocked for as long; {@link #close} lets all go.
 */
final class HttpCalls implements AutoCloseable {
    private static final int ERROR_BYTES = 64 << 10;

    private final URI endpoint;
    private final @Nullable String token;
    private final Duration deadline;
    private final Clock clock;
    private final HttpClient client;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param clock for a {@code Retry-After} that is a date
     */
    HttpCalls(URI endpoint, @Nullable String token, Duration deadline, Clock clock) {
        this.endpoint = endpoint;
        this.token = token;
        this.deadline = deadline;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(
                        HttpClient.Version
                                .HTTP_1_1) // else each connection begins with an offer of h2c, which servers log
                .connectTimeout(deadline)
                .build();
    }

    /**
     * The body of the answer, of status 200.
     *
     * @param mostBytes the longest answer that is read
     */
    byte[] post(byte[] body, long mostBytes) throws RemoteException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<byte[]> response =
                await(client.sendAsync(request.build(), LimitedBody.of(Math.max(ERROR_BYTES, mostBytes))));
        if (response.statusCode() != 200) {
            throw Refusals.of(response.statusCode(), response.headers(), response.body(), clock.instant());
        }
        return response.body();
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> call) throws RemoteException {
        long number = numbers.getAndIncrement();
        underWay.put(number, call);
        try {
            if (closed) {
                throw closing(null);
            }
            return call.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw RemoteException.tooSlow("no answer within " + deadline.toMillis() + " ms (embedder.deadline)");
        } catch (CancellationException e) {
            throw closing(e);
        } catch (ExecutionException e) {
            throw sorted(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw closing(e);
        } finally {
            underWay.remove(number);
            call.cancel(true); // closes the connection of one that is not done
        }
    }

    private RemoteException sorted(Throwable cause) {
        if (closed) {
            return closing(cause);
        }
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return new RemoteException(Kind.UNAVAILABLE, "it cannot be connected to", cause);
        }
        if (cause instanceof SSLException) {
            return new RemoteException(Kind.STOPPED, "TLS does not come about: " + cause.getMessage(), cause);
        }
        if (cause instanceof IOException) {
            return new RemoteException(Kind.FAILED, "the connection broke: " + cause.getMessage(), cause);
        }
        return new RemoteException(Kind.FAILED, "the call failed: " + cause, cause);
    }

    private static RemoteException closing(@Nullable Throwable cause) {
        return new RemoteException(Kind.CLOSED, "the embedder is closed", cause);
    }

    /** Ends the calls under way, and every later one. */
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(call -> call.cancel(true));
    }
}

package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.observe.HttpEndpoint;
import dev.streambed.observe.HttpOptions;
import dev.streambed.observe.Metrics;
import dev.streambed.observe.SearchResponse;
import dev.streambed.observe.lag.LagMonitor;
import dev.streambed.observe.lag.Pace;
import dev.streambed.observe.status.StatusReader;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The service with what is seen of it from outside: HTTP, metrics, lag. Owned by the command's thread. */
final class RunningService implements AutoCloseable {
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(5);
    private static final Duration READY_POLL = Duration.ofMillis(100);

    /** Beyond {@code shutdown.timeout}, for what the service does around its draining. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final StreambedConfig config;
    private final Metrics metrics;
    private final HttpEndpoint http;
    private final LagMonitor lag;
    private final StatusReader status;
    private final Service service;

    private RunningService(
            StreambedConfig config,
            Metrics metrics,
            HttpEndpoint http,
            LagMonitor lag,
            StatusReader status,
            Service service) {
        this.config = config;
        this.metrics = metrics;
        this.http = http;
        this.lag = lag;
        this.status = status;
        this.service = service;
    }

    /**
     * Starts everything; the health endpoint answers from the beginning.
     *
     * @throws Exception if a part does not start; what had started is closed again
     */
    static RunningService start(StreambedConfig config, Set<Role> roles, ServiceFactory factory) throws Exception {
        AtomicReference<@Nullable Service> started = new AtomicReference<>();
        Metrics metrics = new Metrics();
        HttpEndpoint http = null;
        LagMonitor lag = null;
        StatusReader status = null;
        try {
            lag = LagMonitor.start(
                    config.kafka().admin(),
                    config.kafka().consumer(),
                    roles.stream()
                            .map(role -> role.group(config).withPace(() -> pace(started.get(), role)))
                            .toList(),
                    LAG_INTERVAL,
                    metrics.registry(),
                    Clock.systemUTC());
            status = StatusOf.start(config, roles, metrics.registry(), started::get, lag::latest, Clock.systemUTC());
            http = HttpEndpoint.start(
                    new HttpOptions(
                            config.http().host(),
                            config.http().port(),
                            config.http().password()),
                    metrics.registry(),
                    () -> notLiveReason(started.get()),
                    () -> notReadyReason(started.get()),
                    (queries, k) -> search(started.get(), queries, k),
                    status);
            Service service = factory.start(config, roles, metrics.registry());
            started.set(service);
            return new RunningService(config, metrics, http, lag, status, service);
        } catch (Exception | Error e) {
            if (http != null) {
                http.close();
            }
            if (status != null) {
                status.close();
            }
            if (lag != null) {
                lag.close();
            }
            metrics.close();
            throw e;
        }
    }

    /** Where HTTP listens. */
    String url() {
        String host = config.http().host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    Service service() {
        return service;
    }

    /**
     * Waits until the service is ready.
     *
     * @param stop ends the wait
     * @return whether it is ready; false where {@code stop} came first
     */
    boolean awaitReady(CompletableFuture<?> stop) throws InterruptedException {
        while (!service.ready()) {
            try {
                stop.get(READY_POLL.toMillis(), TimeUnit.MILLISECONDS);
                return false;
            } catch (TimeoutException e) {
                // Not asked to stop: look again.
            } catch (ExecutionException e) {
                return false;
            }
        }
        return true;
    }

    /**
     * Drains and stops.
     *
     * @throws CommandException if the service did not stop within {@code shutdown.timeout} and a little more
     */
    @Override
    public void close() {
        try {
            closeService();
        } finally {
            status.close();
            lag.close();
            http.close();
            metrics.close();
        }
    }

    private void closeService() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closer = new Thread(
                () -> {
                    try {
                        service.close();
                        closed.complete(null);
                    } catch (RuntimeException | Error e) {
                        closed.completeExceptionally(e);
                    }
                },
                "service-close");
        closer.setDaemon(true);
        closer.start();
        long millis = config.shutdown().timeout().toMillis() + GRACE.toMillis();
        try {
            closed.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandException(
                    "the service did not stop within shutdown.timeout ("
                            + config.shutdown().timeout() + "); what was in flight is done again at the next start",
                    e);
        } catch (ExecutionException e) {
            throw new CommandException("the service stopped with an error: " + Errors.forPeople(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable String notLiveReason(@Nullable Service service) {
        return service == null ? null : service.notLiveReason();
    }

    private static Pace pace(@Nullable Service service, Role role) {
        return service == null ? Pace.UNKNOWN : service.pace(role);
    }

    private static @Nullable String notReadyReason(@Nullable Service service) {
        return service == null ? "starting" : service.notReadyReason();
    }

    private static List<List<SearchResponse.Hit>> search(@Nullable Service service, List<String> queries, int k)
            throws Exception {
        if (service == null) {
            throw new IllegalStateException("starting");
        }
        return service.search(queries, k).stream()
                .map(hits -> hits.stream()
                        .map(hit -> new SearchResponse.Hit(hit.documentId(), hit.chunk(), hit.score(), hit.text()))
                        .toList())
                .toList();
    }
}

package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.index.Hit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service as {@code run} has it, with HTTP, metrics and lag, and a Prometheus that reads it: for a benchmark of what that costs.
 * Thread-safe; reads on a thread of its own.
 */
final class ObservedService implements Service {
    /** As in Compose. */
    private static final long SCRAPE_SECONDS = 5;

    private final RunningService running;
    private final ScheduledExecutorService prometheus;

    private ObservedService(RunningService running) {
        this.running = running;
        this.prometheus = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "bench-prometheus");
            made.setDaemon(true);
            return made;
        });
    }

    static ObservedService start(StreambedConfig config, Set<Role> roles, ServiceFactory services) throws Exception {
        ObservedService observed = new ObservedService(RunningService.start(config, roles, services));
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest metrics = HttpRequest.newBuilder(URI.create(observed.running.url() + "/metrics"))
                .build();
        ScheduledFuture<?> unused = observed.prometheus.scheduleAtFixedRate(
                () -> scrape(http, metrics), 0, SCRAPE_SECONDS, TimeUnit.SECONDS);
        return observed;
    }

    private static void scrape(HttpClient http, HttpRequest metrics) {
        try {
            int status = http.send(metrics, BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                throw new CommandException("/metrics answered " + status);
            }
        } catch (IOException e) {
            throw new CommandException("/metrics does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public @Nullable String notReadyReason() {
        return running.service().notReadyReason();
    }

    @Override
    public @Nullable String notLiveReason() {
        return running.service().notLiveReason();
    }

    @Override
    public List<List<Hit>> search(List<String> queries, int k) throws Exception {
        return running.service().search(queries, k);
    }

    @Override
    public void close() {
        prometheus.shutdownNow();
        running.close();
    }
}

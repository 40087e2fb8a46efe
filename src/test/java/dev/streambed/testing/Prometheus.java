package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.faults.process.Patience;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * A real Prometheus (Debian's package {@code prometheus}), on a port of the loopback, its data in the test's directory; and its promtool. Where
 * they are not installed the calling test fails if the variable {@code CI} is {@code true}, and else is skipped, both saying why. Owned by the
 * test's thread.
 */
public final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final String TARGETS = "targets.json";

    private final Process process;
    private final Path log;
    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper mapper = new ObjectMapper();

    private Prometheus(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    /**
     * Runs promtool in the project's root.
     *
     * @throws AssertionError with what it printed, if it does not end with 0
     */
    public static void promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(require("promtool")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s:%n%s", command, output).isZero();
    }

    /**
     * Starts one, and waits until it answers.
     *
     * @param directory the test's own
     * @param every how often it scrapes and evaluates, as Prometheus writes durations
     * @param rules its rules
     * @param targets as {@link #scrape} takes them
     */
    public static Prometheus start(Path directory, String every, String rules, List<String> targets)
            throws IOException {
        String program = require("prometheus");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("rules.yaml"), rules);
        Files.writeString(directory.resolve("prometheus.yaml"), """
                global: {scrape_interval: %1$s, scrape_timeout: %1$s, evaluation_interval: %1$s}
                rule_files: [rules.yaml]
                scrape_configs:
                  - job_name: streambed
                    file_sd_configs: [{files: [%2$s]}]
                """.formatted(every, TARGETS));
        Path log = directory.resolve("prometheus.log");
        String address = "127.0.0.1:" + FreePorts.two()[0];
        Process process = new ProcessBuilder(
                        program,
                        "--config.file=" + directory.resolve("prometheus.yaml"),
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, log, "http://" + address);
        try {
            prometheus.scrape(targets);
            prometheus.await("it is ready", START, () -> prometheus.answers("/-/ready"));
            return prometheus;
        } catch (RuntimeException e) {
            prometheus.close();
            throw e;
        }
    }

    /**
     * From now on it scrapes these; it looks for others every five seconds.
     *
     * @param targets {@code host:port}, all of the job {@code streambed}
     */
    public void scrape(List<String> targets) {
        try {
            Path written = log.resolveSibling(TARGETS + ".new");
            mapper.writeValue(written.toFile(), List.of(Map.of("targets", targets)));
            Files.move(written, log.resolveSibling(TARGETS), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the alerts that fire now. */
    public Set<String> firing() {
        Set<String> firing = new TreeSet<>();
        alerts().forEach(alert -> firing.add(alert.path("alertname").asText()));
        return firing;
    }

    /** Whether an alert fires with a label of this value. */
    public boolean isFiring(String name, String label, String value) {
        return alerts().stream()
                .anyMatch(alert -> alert.path("alertname").asText().equals(name)
                        && alert.path(label).asText().equals(value));
    }

    /** The labels of the alerts that fire now. */
    private List<JsonNode> alerts() {
        List<JsonNode> firing = new ArrayList<>();
        get("/api/v1/alerts").at("/data/alerts").forEach(alert -> {
            if (alert.path("state").asText().equals("firing")) {
                firing.add(alert.path("labels"));
            }
        });
        return firing;
    }

    /**
     * When an alert began to fire, by the clock of the rules, to the millisecond.
     *
     * @param since before that it may have fired, and ended
     * @throws AssertionError if it has not fired since, or not within the last ten minutes
     */
    public Instant firedSince(String name, Instant since) {
        String samples = "ALERTS{alertname=\"" + name + "\",alertstate=\"firing\"}[10m]";
        List<Instant> fired = new ArrayList<>();
        for (JsonNode series : result(samples)) {
            series.path("values")
                    .forEach(sample -> fired.add(
                            Instant.ofEpochMilli(Math.round(sample.path(0).asDouble() * 1000))));
        }
        return fired.stream()
                .filter(instant -> !instant.isBefore(since))
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new AssertionError(name + " has not fired since " + since + ", but at " + fired));
    }

    /** The sum of an instant query's values; NaN where there is none. */
    public double query(String expression) {
        return series(expression).values().stream().reduce(Double::sum).orElse(Double.NaN);
    }

    /**
     * An instant query's values by their labels.
     *
     * @throws AssertionError with what Prometheus says, if it does not take the expression
     */
    public Map<Map<String, String>, Double> series(String expression) {
        Map<Map<String, String>, Double> series = new HashMap<>();
        for (JsonNode result : result(expression)) {
            Map<String, String> labels = new HashMap<>();
            result.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            series.put(labels, value(result.at("/value/1").asText()));
        }
        return series;
    }

    private JsonNode result(String expression) {
        JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.path("status").asText())
                .as("%s: %s", expression, answer.path("error").asText())
                .isEqualTo("success");
        return answer.at("/data/result");
    }

    /** As Prometheus writes numbers. */
    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /**
     * Waits until something is so.
     *
     * @throws dev.streambed.cli.faults.process.RunFailedException with what fires instead, if it is not in time
     */
    public void await(String what, Duration atMost, BooleanSupplier condition) {
        Patience.await(what, atMost, condition, () -> "; " + (answers("/-/ready") ? "firing: " + alerts() : read(log)));
    }

    private boolean answers(String path) {
        try {
            return http.send(request(path), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private JsonNode get(String path) {
        try {
            return mapper.readTree(
                    http.send(request(path), BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(CALL).build();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Its path. */
    private static String require(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path path = Path.of(directory, program);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        String message = "no " + program + " to test with: install Debian's package prometheus";
        if ("true".equals(System.getenv("CI"))) {
            fail(message);
        }
        System.err.println("SKIPPED: " + message);
        return abort(message);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

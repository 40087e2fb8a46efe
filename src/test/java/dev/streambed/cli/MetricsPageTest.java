package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Services;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import dev.streambed.observe.GpuMeters;
import dev.streambed.observe.GpuMetrics;
import dev.streambed.observe.StageFigures;
import dev.streambed.observe.drift.DriftSnapshot;
import dev.streambed.operations.Exposition;
import dev.streambed.operations.Exposition.Family;
import dev.streambed.operations.LabelMatchers;
import dev.streambed.operations.MetricsPage;
import dev.streambed.operations.SpansSent;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.Golden;
import dev.streambed.testing.OtlpReceiver;
import dev.streambed.testing.TestBroker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of all names, from services that did some work. */
@BrokerTest
class MetricsPageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the last reading that there is to be: the lag's, every five seconds. */
    private static final String LAST = "streambed_lag_tokens_estimate{";

    private static final String DRIFT = "streambed_drift_threshold{";

    /** There once the collector has been at work. */
    private static final String COLLECTION = "jvm_gc_pause_seconds_count{";

    /** As small as it may be. */
    private static final int BASELINE = 100;

    private final ObjectMapper mapper = new ObjectMapper();

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void thePageNamesWhatServicesShow() throws Exception {
        HttpServer embedder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        embedder.createContext("/", this::embed);
        embedder.start();
        try (TestBroker broker = TestBroker.start();
                OtlpReceiver collector = OtlpReceiver.start()) {
            String traces = collector.url().toString();
            String shown = shown(config(broker, "local", Map.of("traces.endpoint", traces)));
            List<Family> local = Exposition.families(shown);
            List<Family> remote = Exposition.families(shown(config(
                    broker,
                    "remote",
                    Map.of(
                            "traces.endpoint",
                            traces,
                            "embedder.type",
                            "openai",
                            "embedder.model",
                            "any",
                            "embedder.url",
                            "http://127.0.0.1:" + embedder.getAddress().getPort()))));

            LabelMatchers.expectValuesThatThereAre(shown);
            assertThat(local)
                    .filteredOn(family -> family.name().startsWith("streambed_"))
                    .allSatisfy(family -> assertThat(family.help())
                            .as("what %s is", family.name())
                            .isNotBlank());
            collector.await("every span there is", SpansSent::areAll);
            SpansSent.expectWhatIsDeclared(collector.spans());
            Golden.compare(MetricsPage.FILE, MetricsPage.of(local, without(local, remote), ofAGpu()));
        } finally {
            embedder.stop(0);
        }
    }

    private StreambedConfig config(TestBroker broker, String pipeline, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("pipeline.name", pipeline);
        settings.put("topics.prefix", pipeline + ".");
        settings.put("index.type", "memory");
        settings.put("model.device", "cpu");
        settings.put("http.port", "0");
        settings.put("drift.baseline", Integer.toString(BASELINE));
        settings.put("drift.window", Integer.toString(BASELINE / 2));
        settings.put("drift.window-time", "1s");
        settings.put("traces.sample-ratio", "1");
        settings.put("state.dir", directory.resolve(pipeline).toString());
        Map<String, ConfigValue> flags = new HashMap<>();
        settings.forEach((key, value) -> flags.put(key, new ConfigValue(value, "test")));
        return ConfigLoader.load(null, Map.of(), flags).config();
    }

    /** Starts a service, has it do some work, and reads what it shows. */
    private static String shown(StreambedConfig config) throws Exception {
        TopicsCommand.createMissing(config);
        try (RunningService running = RunningService.start(config, EnumSet.allOf(Role.class), Services::start);
                EmbeddingClient client = EmbeddingClient.connect(
                        EmbeddingClientConfig.of(config.kafka().bootstrapServers())
                                .withTopicsPrefix(config.topics().prefix())
                                .withTimeout(PATIENCE))) {
            assertThat(running.awaitReady(new CompletableFuture<>())).isTrue();
            assertThat(outcome(client, DocumentChange.upsert("a", "Why do stars twinkle?")))
                    .isEqualTo(Outcome.INDEXED);
            assertThat(outcome(client, DocumentChange.delete("a"))).isEqualTo(Outcome.DELETED);
            assertThat(publish(config)).isZero();
            assertThat(publish(config, "--wait")).isZero(); // by another client, which sees the answer
            assertThat(publish(config, "--bulk", "--wait")).isZero();
            assertThat(running.service().stages())
                    .allSatisfy(stage -> assertThat(stage.holds()).isEmpty())
                    .extracting(StageFigures::stage)
                    .containsExactly("embed", "index");
            assertThat(running.service().pace(Role.EMBED).tokensPerByte()).isBetween(0.01, 1.0);
            judgeAWindow(running, client);
            System.gc();
            String[] page = {""};
            Patience.await("the lag was read, drift shown, and a collection told of", PATIENCE, () -> {
                page[0] = get(running.url() + "/metrics");
                return Stream.of(LAST, DRIFT, COLLECTION).allMatch(page[0]::contains);
            });
            return page[0];
        }
    }

    /** A baseline of drift, and a window to hold against it. */
    private static void judgeAWindow(RunningService running, EmbeddingClient client) {
        awaitDrift(running, drift -> drift.held() == null);
        embed(client, 0, BASELINE);
        awaitDrift(
                running,
                drift -> drift.tenants().stream()
                        .anyMatch(tenant -> tenant.phase().equals("watching")));
        embed(client, BASELINE, BASELINE + BASELINE / 2);
        awaitDrift(running, drift -> drift.tenants().stream().anyMatch(tenant -> tenant.windows() > 0));
    }

    private static void awaitDrift(RunningService running, Predicate<DriftSnapshot> condition) {
        Patience.await("drift is watched", PATIENCE, () -> {
            DriftSnapshot drift = running.service().drift();
            return drift != null && condition.test(drift);
        });
    }

    private static void embed(EmbeddingClient client, int from, int to) {
        var answers = IntStream.range(from, to)
                .mapToObj(i -> client.submit(DocumentChange.upsert("d" + i, "star " + i)))
                .toList();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().outcome()).isEqualTo(Outcome.INDEXED));
    }

    private static int publish(StreambedConfig config, String... options) {
        List<String> arguments = new ArrayList<>(List.of("publish", "-"));
        arguments.addAll(List.of(options));
        Map.of(
                        "kafka.bootstrap.servers", config.kafka().bootstrapServers(),
                        "topics.prefix", config.topics().prefix(),
                        "traces.endpoint", String.valueOf(config.traces().endpoint()),
                        "traces.sample-ratio", "1")
                .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return new Terminal()
                .input("{\"id\":\"b\",\"text\":\"Why does the sea taste of salt?\"}\n")
                .run(arguments.toArray(String[]::new));
    }

    private static Outcome outcome(EmbeddingClient client, DocumentChange change) {
        return client.submit(change).join().outcome();
    }

    private static List<Family> without(List<Family> known, List<Family> families) {
        Set<String> names = known.stream().map(Family::name).collect(Collectors.toSet());
        return families.stream()
                .filter(family -> family.name().startsWith("streambed_") && !names.contains(family.name()))
                .toList();
    }

    private static List<Family> ofAGpu() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        GpuMetrics gpu = GpuMeters.register(registry);
        List<Family> families = Exposition.families(registry.scrape());
        gpu.close();
        return families;
    }

    private static String get(String url) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The same vector for each text. */
    private void embed(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = mapper.readTree(exchange.getRequestBody());
            List<Map<String, Object>> data = new ArrayList<>();
            for (int i = 0; i < request.path("input").size(); i++) {
                data.add(Map.of("index", i, "embedding", List.of(0.6, 0.8)));
            }
            byte[] body = mapper.writeValueAsString(Map.of("data", data)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}

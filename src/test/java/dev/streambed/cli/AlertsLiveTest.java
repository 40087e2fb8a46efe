package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.process.ServiceProcess.Plan;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.MilvusProxy;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.operations.AlertRules;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.Prometheus;
import dev.streambed.testing.TestBroker;
import dev.streambed.testing.TestMilvus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus, two real instances under load, and what goes wrong: the alerts say so, and in time. The rules are the ones that are handed
 * out, their hours made seconds; that the long windows are right is {@code promtool}'s to show.
 */
@BrokerTest
class AlertsLiveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCRAPE = "500ms";

    /** Seconds of the rules' that make one here: of windows, of what an alert waits for, and of thresholds. */
    private static final int WINDOWS = 150;

    private static final int WAITS = 200;
    private static final int HOUR = 24;

    /** A window must hold some scrapes. */
    private static final long LEAST_WINDOW_MILLIS = 4_000;

    private static final Pattern WINDOW = Pattern.compile("\\[(\\d+)([mhd])]");
    private static final Pattern WAIT = Pattern.compile("(?m)^( +for: )(\\d+)([mhd])$");

    /** Cells a second and slot of the stub, of which each instance has two. */
    private static final long STUB_RATE = 200;

    /** More than a day of work, at that rate and with this hour. */
    private static final int FLOOD = 12_000;

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void whatGoesWrongIsSaidAndNothingElse() throws Exception {
        String milvus = TestMilvus.require().uri();
        try (TestBroker broker = TestBroker.start();
                MilvusProxy proxy = MilvusProxy.start(0, milvus, call -> {})) {
            Map<String, String> settings = settings(broker, proxy);
            Map<String, ConfigValue> flags = new HashMap<>();
            settings.forEach((key, value) -> flags.put(key, new ConfigValue(value, "test")));
            TopicsCommand.createMissing(ConfigLoader.load(null, Map.of(), flags).config());
            try (ServiceProcess one = ServiceProcess.start(plan("one", settings));
                    ServiceProcess other = ServiceProcess.start(plan("other", settings));
                    Load load = new Load(broker.bootstrapServers())) {
                one.awaitReady();
                other.awaitReady();
                load.begin();
                try (Prometheus prometheus = Prometheus.start(
                        directory.resolve("prometheus"),
                        SCRAPE,
                        inSeconds(Files.readString(AlertRules.FILE)),
                        List.of(one.address(), other.address()))) {
                    staysSilentWhileAllIsWell(prometheus);
                    saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(prometheus, proxy, load);
                    saysThatAnInstanceIsGone(prometheus, other);
                }
            }
        }
    }

    private static void staysSilentWhileAllIsWell(Prometheus prometheus) {
        prometheus.await(
                "events are answered",
                PATIENCE,
                () -> prometheus.query("sum(rate(streambed_outcomes_total{outcome=\"indexed\"}[4s]))") > 1);
        // A bucket that is not there would never be missed.
        prometheus.await(
                "what the targets are held against is known",
                PATIENCE,
                () -> prometheus.query("streambed:slow:ratio5m") >= 0
                        && prometheus.query("streambed:failed:ratio5m") == 0);
        prometheus.await("every instance was looked at twenty times", PATIENCE, () -> {
            assertThat(prometheus.firing()).as("all is well").isEmpty();
            return prometheus.query("min(count_over_time(up[1m]))") >= 20;
        });
    }

    /** Of both at once, and of nothing that does not follow from them: late answers do. */
    private static void saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(
            Prometheus prometheus, MilvusProxy proxy, Load load) {
        load.flood();
        proxy.inject(new Fault.Fail(Fault.RpcStatus.UNAVAILABLE, Scope.ALL));

        prometheus.await(
                "the store's hold is said",
                PATIENCE,
                () -> prometheus.isFiring("StreambedHeld", "reason", "store-transient"));
        proxy.pass();
        prometheus.await(
                "the bulk lane's backlog is said",
                PATIENCE,
                () -> prometheus.isFiring("StreambedBulkBehind", "lane", "bulk"));
        assertThat(prometheus.firing())
                .isSubsetOf(
                        "StreambedHeld", "StreambedBulkBehind", "StreambedLatencyBurnFast", "StreambedLatencyBurnSlow");
        prometheus.await(
                "the hold is over", PATIENCE, () -> !prometheus.isFiring("StreambedHeld", "reason", "store-transient"));
    }

    private static void saysThatAnInstanceIsGone(Prometheus prometheus, ServiceProcess instance) {
        instance.process().kill();

        prometheus.await(
                "the instance's end is said",
                PATIENCE,
                () -> prometheus.isFiring("StreambedInstanceDown", "instance", instance.address()));
        assertThat(prometheus.firing()).doesNotContain("StreambedAllDown");
    }

    private Plan plan(String name, Map<String, String> settings) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        return new Plan(null, own, settings, "embed,index", STUB_RATE, Plan.JVM, List.of(), Map.of());
    }

    private static Map<String, String> settings(TestBroker broker, MilvusProxy proxy) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("milvus.uri", proxy.uri());
        settings.put("milvus.collection", TestMilvus.randomCollection());
        // So that a backlog is lag, and that a batch of it keeps an interactive event waiting for a third of a second.
        settings.put("embed.in-flight-bytes", "64kB");
        settings.put("embed.batch-tokens", "64");
        return settings;
    }

    /** The rules with their hours made seconds. */
    private static String inSeconds(String rules) {
        String windows = WINDOW.matcher(rules)
                .replaceAll(found -> "[" + Math.max(LEAST_WINDOW_MILLIS, millis(found, 1) / WINDOWS) + "ms]");
        String waits = WAIT.matcher(windows).replaceAll(found -> found.group(1) + millis(found, 2) / WAITS + "ms");
        return waits.replace("* 3600", "* " + HOUR);
    }

    private static long millis(MatchResult duration, int group) {
        long number = Long.parseLong(duration.group(group));
        return switch (duration.group(group + 1)) {
            case "m" -> Duration.ofMinutes(number).toMillis();
            case "h" -> Duration.ofHours(number).toMillis();
            default -> Duration.ofDays(number).toMillis();
        };
    }

    /** Twenty interactive events a second, on a thread of its own, and a flood of bulk ones when it is asked for. */
    private static final class Load implements AutoCloseable {
        private static final String WORDS = "the twinkling of stars is made by the air ".repeat(6);

        private final KafkaProducer<byte[], byte[]> producer;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final AtomicLong sent = new AtomicLong();

        Load(String bootstrapServers) {
            producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        void begin() {
            ScheduledFuture<?> unused =
                    clock.scheduleAtFixedRate(() -> send("documents", "stars " + sent), 0, 50, TimeUnit.MILLISECONDS);
        }

        void flood() {
            for (int i = 0; i < FLOOD; i++) {
                send("documents.bulk", WORDS + i);
            }
            producer.flush();
        }

        private void send(String topic, String text) {
            String id = topic + sent.incrementAndGet();
            String json = "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
            var unused = producer.send(new ProducerRecord<>(
                    topic, id.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void close() {
            clock.shutdownNow();
            producer.close(Duration.ofSeconds(5));
        }
    }
}

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
import dev.streambed.operations.Board;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * A real Prometheus, two real instances under load, and what goes wrong: the alerts and the board say so, and in time. Both are the ones that are
 * handed out, the hours of the rules made seconds; that the long windows are right, and the alerts that are not here, is {@code promtool}'s to show.
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
                    Looker looker = new Looker(prometheus);
                    staysSilentWhileAllIsWell(prometheus, looker);
                    saysThatAProducerSendsWhatIsWrong(prometheus, looker, load);
                    saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(prometheus, looker, proxy, load);
                    saysThatTheStoreRefuses(prometheus, looker, proxy);
                    saysThatEventsFail(prometheus, looker, proxy);
                    saysThatAnInstanceIsGone(prometheus, looker, other);
                    assertThat(looker.nothingSeen())
                            .as(
                                    "panels that never showed a thing; there is no GPU, no embedding service, and no baseline yet")
                            .containsExactly("GPU", "Embedding service", "Distance from the baseline, of its limit");
                    saysThatAllAreGone(prometheus, one);
                }
            }
        }
    }

    private static void staysSilentWhileAllIsWell(Prometheus prometheus, Looker looker) {
        prometheus.await(
                "events are answered",
                PATIENCE,
                () -> looker.sees("Answers a second").getOrDefault("indexed", 0.0) > 1);
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
        assertThat(looker.sees("Why a stage waits").values()).as("holds").containsOnly(0.0);
        assertThat(looker.sees("Alerts that fire")).isEmpty();
        assertThat(looker.sees("Refusals by reason, a second")).isEmpty();
    }

    private static void saysThatAProducerSendsWhatIsWrong(Prometheus prometheus, Looker looker, Load load) {
        load.beWrong(true);

        looker.awaitFiring("StreambedDeadLetters (ticket)");
        assertThat(looker.sees("Refusals by reason, a second")).containsOnlyKeys("rejected: malformed");
        assertThat(prometheus.firing()).containsExactly("StreambedDeadLetters");
        load.beWrong(false);
    }

    /** Of both at once, and of nothing that does not follow from them: late answers do. */
    private static void saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(
            Prometheus prometheus, Looker looker, MilvusProxy proxy, Load load) {
        load.flood();
        proxy.inject(new Fault.Fail(Fault.RpcStatus.UNAVAILABLE, Scope.ALL));

        prometheus.await(
                "the store's refusals are on the board",
                PATIENCE,
                () -> looker.sees("Refusals a second").getOrDefault("transient", 0.0) > 0);
        looker.awaitFiring("StreambedHeld (page)");
        assertThat(prometheus.isFiring("StreambedHeld", "reason", "store-transient"))
                .isTrue();
        assertThat(looker.sees("Why a stage waits")).containsEntry("index: store-transient", 1.0);
        proxy.pass();
        looker.awaitFiring("StreambedBulkBehind (ticket)");
        assertThat(prometheus.isFiring("StreambedBulkBehind", "lane", "bulk")).isTrue();
        assertThat(looker.sees("Unread records").getOrDefault("bulk", 0.0)).isGreaterThan(1_000);
        assertThat(looker.sees("Seconds of work unread").getOrDefault("bulk", 0.0))
                .isGreaterThan(HOUR * 24);
        looker.awaitFiring("StreambedLatencyBurnFast (page)");
        assertThat(prometheus.firing())
                .isSubsetOf(
                        "StreambedDeadLetters",
                        "StreambedHeld",
                        "StreambedBulkBehind",
                        "StreambedLatencyBurnFast",
                        "StreambedLatencyBurnSlow");
        looker.awaitSilent("StreambedHeld (page)");
        assertThat(looker.sees("Why a stage waits")).containsEntry("index: store-transient", 0.0);
    }

    private static void saysThatTheStoreRefuses(Prometheus prometheus, Looker looker, MilvusProxy proxy) {
        proxy.inject(new Fault.Refuse(9, "quota exceeded"));

        looker.awaitFiring("StreambedRefused (page)");
        assertThat(prometheus.isFiring("StreambedRefused", "reason", "store-stopped"))
                .isTrue();
        assertThat(looker.sees("Why a stage waits")).containsEntry("index: store-stopped", 1.0);
        proxy.pass();
        looker.awaitSilent("StreambedRefused (page)");
    }

    private static void saysThatEventsFail(Prometheus prometheus, Looker looker, MilvusProxy proxy) {
        assertThat(prometheus.firing()).doesNotContain("StreambedFailuresBurnFast");
        proxy.inject(new Fault.Refuse(1100, "invalid parameter"));

        looker.awaitFiring("StreambedFailuresBurnFast (page)");
        assertThat(looker.sees("Refusals by reason, a second").keySet())
                .anySatisfy(line -> assertThat(line).startsWith("failed: "));
        proxy.pass();
    }

    private static void saysThatAnInstanceIsGone(Prometheus prometheus, Looker looker, ServiceProcess instance) {
        assertThat(looker.sees("Threads")).containsKey(instance.address()).hasSize(2);
        instance.process().kill();

        looker.awaitFiring("StreambedInstanceDown (ticket)");
        assertThat(prometheus.isFiring("StreambedInstanceDown", "instance", instance.address()))
                .isTrue();
        assertThat(prometheus.firing()).doesNotContain("StreambedAllDown");
        assertThat(looker.sees("Threads")).doesNotContainKey(instance.address()).hasSize(1);
        looker.look();
    }

    private static void saysThatAllAreGone(Prometheus prometheus, ServiceProcess last) {
        last.process().kill();

        prometheus.await(
                "the end of all is said", PATIENCE, () -> prometheus.firing().contains("StreambedAllDown"));
    }

    /** Somebody before the board, who looks at all of it now and then. */
    private static final class Looker {
        /** Six scrapes. */
        private static final Map<String, String> VARIABLES =
                Map.of("pipeline", "minilm", "instance", ".*", "__rate_interval", "3s");

        private final Board board = Board.read();
        private final Prometheus prometheus;
        private final Set<String> unseen = new LinkedHashSet<>(board.titles());

        Looker(Prometheus prometheus) {
            this.prometheus = prometheus;
        }

        SortedMap<String, Double> sees(String title) {
            SortedMap<String, Double> lines = board.shows(prometheus, title, VARIABLES);
            if (!lines.isEmpty()) {
                unseen.remove(title);
            }
            return lines;
        }

        void look() {
            board.titles().forEach(this::sees);
        }

        Set<String> nothingSeen() {
            return unseen;
        }

        void awaitFiring(String alert) {
            prometheus.await(
                    alert + " is on the board",
                    PATIENCE,
                    () -> sees("Alerts that fire").containsKey(alert));
            look();
        }

        void awaitSilent(String alert) {
            prometheus.await(
                    alert + " is over",
                    PATIENCE,
                    () -> !sees("Alerts that fire").containsKey(alert));
        }
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

    /**
     * Twenty interactive events a second, on a thread of its own, as many that are no JSON while it is wrong, and a flood of bulk ones when it is
     * asked for.
     */
    private static final class Load implements AutoCloseable {
        private static final String WORDS = "the twinkling of stars is made by the air ".repeat(6);

        private final KafkaProducer<byte[], byte[]> producer;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicBoolean isWrong = new AtomicBoolean();

        Load(String bootstrapServers) {
            producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        void begin() {
            ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
                    () -> {
                        send("documents", "stars " + sent);
                        if (isWrong.get()) {
                            send("documents", "the quotes\" are not");
                        }
                    },
                    0,
                    50,
                    TimeUnit.MILLISECONDS);
        }

        void beWrong(boolean wrong) {
            isWrong.set(wrong);
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

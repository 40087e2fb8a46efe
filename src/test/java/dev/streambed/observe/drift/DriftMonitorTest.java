package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Baselines and references in a real topic: over a restart, and among instances. The monitor's turns are the test's. */
@BrokerTest
class DriftMonitorTest {
    private static final int WINDOW = 50;
    private static final int BASELINE = 200;

    private static TestBroker broker;
    private static Vectors vectors;

    /** A clock that is put forward. */
    private static final class Hands extends Clock {
        private long millis = 1_000_000;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** One process, its model and its time. */
    private static final class Instance implements AutoCloseable {
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        final Hands clock = new Hands();
        final DriftMonitor monitor;
        double model;
        boolean broken;

        Instance(String topic) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            DriftOptions options = new DriftOptions(
                    "minilm",
                    "pipeline-1",
                    Vectors.DIMENSION,
                    null,
                    4,
                    BASELINE,
                    WINDOW,
                    Duration.ofSeconds(1),
                    Duration.ofHours(1),
                    10_000);
            monitor =
                    new DriftMonitor(options, new DriftTopic(topic, settings, settings), this::embed, registry, clock);
        }

        private CompletableFuture<float[]> embed(String text) {
            if (broken) {
                throw new IllegalStateException("a defect");
            }
            double angle = text.length() + model;
            return CompletableFuture.completedFuture(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
        }

        void offer(int count, double lean) {
            for (Measured chunk : vectors.some(count, lean)) {
                monitor.observer().embedded(Map.of(), 1, unused -> chunk);
            }
        }

        /** What a baseline is made of, until it is there. */
        void offerBaseline(double lean) {
            offer(BASELINE, lean);
            turn();
            turn(); // it is old enough by then
        }

        void turn() {
            clock.millis += 10_000; // so that each turn reads the topic
            monitor.tick();
        }

        /** As many turns as the canary has texts, and some. */
        void rounds(int count) {
            for (int i = 0; i < count * (CanaryTexts.COUNT + 2); i++) {
                clock.millis += 100;
                monitor.tick();
            }
        }

        DriftSnapshot.Tenant tenant() {
            return monitor.snapshot().tenants().get(0);
        }

        double failures(String what) {
            return registry.get("streambed.drift.failures")
                    .tags("what", what)
                    .functionCounter()
                    .count();
        }

        double gauge(String name, String... tags) {
            return registry.get(name).tags(tags).gauge().value();
        }

        @Override
        public void close() {
            monitor.close();
        }
    }

    @BeforeAll
    static void start() {
        broker = TestBroker.start();
        vectors = new Vectors(Vectors.seeded("DriftMonitorTest"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static String topic(String name) {
        broker.createTopic(name, 1, Map.of("cleanup.policy", "compact", "max.message.bytes", "4194304"));
        return name;
    }

    private static List<DriftTopic.Change> contentOf(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (DriftTopic reader = new DriftTopic(topic, settings, settings)) {
            return reader.read();
        }
    }

    @Test
    void findsItsBaselineAndItsReferenceAgainAfterARestart() {
        String topic = topic("drift.restart");
        try (Instance first = new Instance(topic)) {
            first.turn();
            first.offer(BASELINE, 1);
            first.rounds(4);
            assertThat(first.tenant().phase()).isEqualTo("watching");
            assertThat(first.monitor.snapshot().canary().state()).isEqualTo("steady");
        }
        assertThat(contentOf(topic))
                .extracting(DriftTopic.Change::key)
                .containsExactlyInAnyOrder("baseline/pipeline-1/all", "canary/pipeline-1");

        try (Instance second = new Instance(topic)) {
            second.turn();
            assertThat(second.tenant().phase()).isEqualTo("watching");
            second.offer(WINDOW, 5);
            second.rounds(3);
            assertThat(second.tenant().detected()).isTrue();
            assertThat(second.gauge("streambed.drift.detected", "pipeline", "minilm", "tenant", "all", "cause", "data"))
                    .isEqualTo(1);
            assertThat(second.gauge("streambed.drift.value", "tenant", "all", "statistic", "cosine-shift"))
                    .isGreaterThan(
                            second.gauge("streambed.drift.threshold", "tenant", "all", "statistic", "cosine-shift"));
        }

        try (Instance third = new Instance(topic)) {
            third.model = 0.5;
            third.rounds(2);
            assertThat(third.gauge("streambed.drift.detected", "tenant", "all", "cause", "model"))
                    .isEqualTo(1);
        }
        assertThat(contentOf(topic)).as("nobody wrote again").hasSize(2);
    }

    /** Whoever is first writes; the other one lets go of what it had, and compares with the same. */
    @Test
    void sharesOneBaselineAmongInstances() {
        String topic = topic("drift.shared");
        try (Instance one = new Instance(topic);
                Instance two = new Instance(topic)) {
            one.turn();
            two.turn();
            one.offer(BASELINE / 2, 1);
            one.turn();
            two.offerBaseline(1);
            assertThat(contentOf(topic)).hasSize(1);
            assertThat(one.tenant().phase()).isEqualTo("baseline");

            one.offer(BASELINE / 2, 1); // its own would be whole now
            one.turn();
            one.turn();

            assertThat(contentOf(topic)).hasSize(1);
            assertThat(one.tenant().phase()).isEqualTo("watching");
        }
    }

    /** Two that write at the same moment end with the later one, which compaction keeps. */
    @Test
    void agreesOnTheLastWhereTwoWroteAtOnce() {
        String topic = topic("drift.tie");
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        Gathering theirs = new Gathering(Vectors.DIMENSION, WINDOW, BASELINE);
        vectors.some(BASELINE, 5).forEach(theirs::add);
        Baseline later = theirs.finish(new Projections(Vectors.DIMENSION), "pipeline-1", "all", 1);
        try (Instance one = new Instance(topic);
                DriftTopic other = new DriftTopic(topic, settings, settings)) {
            one.turn();
            one.offerBaseline(1);
            other.write(later);
            one.turn();
            one.offer(WINDOW, 5);
            one.rounds(1);

            assertThat(one.tenant().windows()).isEqualTo(1);
            assertThat(one.tenant().detected()).as("against the later one").isFalse();
        }
    }

    @Test
    void beginsAnewWhereTheBaselineWasTakenOut() {
        String topic = topic("drift.reset");
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Instance one = new Instance(topic);
                DriftTopic operator = new DriftTopic(topic, settings, settings)) {
            one.turn();
            one.offerBaseline(1);
            assertThat(one.tenant().phase()).isEqualTo("watching");
            operator.remove(List.of("baseline/pipeline-1/all"));
            one.turn();
            assertThat(one.tenant().phase()).isEqualTo("waiting");
            one.offerBaseline(5);
            one.offer(WINDOW, 5);
            one.rounds(1);

            assertThat(one.tenant().phase()).isEqualTo("watching");
            assertThat(one.tenant().detected()).isFalse();
        }
    }

    @Test
    void waitsForATopicThatIsMissingAndTakesNothingMeanwhile() {
        try (Instance one = new Instance("drift.missing")) {
            one.turn();
            one.offer(BASELINE, 1);
            one.turn();

            assertThat(one.monitor.snapshot().held())
                    .isEqualTo(
                            "the topic drift.missing is missing; `./streambed topics` makes it, or set drift.enabled to false");
            assertThat(one.monitor.snapshot().tenants()).isEmpty();
            assertThat(one.failures("kafka")).isEqualTo(1);

            String unused = topic("drift.missing");
            one.clock.millis += 60_000;
            one.turn();
            assertThat(one.monitor.snapshot().held()).isNull();
        }
    }

    /** The thread goes on, and whoever looks hears of it: drift that is dead must not look like drift that sees nothing. */
    @Test
    void countsATurnThatThrowsAndSaysSo() {
        try (Instance one = new Instance(topic("drift.defect"))) {
            one.turn();
            one.broken = true;
            one.monitor.tickSafely();
            one.monitor.tickSafely();

            assertThat(one.failures("internal")).isEqualTo(2);
            assertThat(one.failures("canary")).isZero();
            assertThat(one.monitor.snapshot().held())
                    .isEqualTo("an error in Streambed itself: java.lang.IllegalStateException; the log has it");

            one.broken = false;
            one.rounds(4);
            assertThat(one.monitor.snapshot().held()).isNull();
            assertThat(one.monitor.snapshot().canary().state()).isEqualTo("steady");
        }
    }
}

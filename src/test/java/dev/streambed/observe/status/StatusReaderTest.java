package dev.streambed.observe.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.observe.Metrics;
import dev.streambed.observe.lag.LagGroup;
import dev.streambed.observe.lag.LagSnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusReaderTest {
    private static final Standing WORKS =
            new Standing(true, List.of(), List.of(new Standing.OfStage("embed", List.of("gate-full"), 2.5)), null);
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_060_000), ZoneOffset.UTC);

    private final Metrics metrics = new Metrics();
    private final MeterRegistry registry = metrics.registry();
    private LagSnapshot lag = LagSnapshot.NONE;

    @AfterEach
    void close() {
        metrics.close();
    }

    private Status read(LagGroup... groups) {
        try (StatusReader reader = new StatusReader(Pipelines.facts(groups), registry, () -> WORKS, () -> lag, CLOCK)) {
            return reader.get();
        }
    }

    @Test
    void knowsNothingYetBeforeAnythingHasStarted() {
        Status status = read(Pipelines.EMBED, Pipelines.INDEX);

        assertThat(status.atMillis()).isEqualTo(1_060_000);
        assertThat(status.embedder()).isNull();
        assertThat(status.store()).isNull();
        assertThat(status.gpu()).isNull();
        assertThat(status.outcomes()).isEmpty();
        assertThat(status.steps()).isEmpty();
        assertThat(status.drift()).isEmpty();
        assertThat(status.lagReadAtMillis()).isNull();
        assertThat(status.instance().heapBytes()).isPositive();
        assertThat(status.stages()).hasSize(2).allSatisfy(stage -> {
            assertThat(stage.liveEvents()).isNull();
            assertThat(stage.answeredEvents()).isNull();
            assertThat(stage.lanes()).allSatisfy(lane -> {
                assertThat(lane.inFlightBytes()).isNull();
                assertThat(lane.limitBytes()).isNull();
                assertThat(lane.lag()).isNull();
            });
        });
    }

    @Test
    void tellsOfEachLaneWhatIsInFlightOfItsLimitAndHowFarItIsBehind() {
        Pipelines.stage(registry, Pipelines.EMBED, false);
        lag = Pipelines.lag(64, Pipelines.EMBED, Pipelines.INDEX);

        Status status = read(Pipelines.EMBED, Pipelines.INDEX);

        assertThat(status.lagReadAtMillis()).isEqualTo(1_059_000);
        Status.Stage embed = status.stages().get(0);
        assertThat(embed.liveEvents()).isEqualTo(7);
        assertThat(embed.unansweredEvents()).isEqualTo(5);
        assertThat(embed.answeredEvents()).isEqualTo(30);
        assertThat(embed.oldestSeconds()).isEqualTo(2.5);
        assertThat(embed.holds()).containsExactly("gate-full");
        assertThat(embed.lanes()).extracting(Status.Lane::topic).containsExactly("documents", "documents.bulk");
        assertThat(embed.lanes()).extracting(Status.Lane::lane).containsExactly("interactive", "bulk");
        assertThat(embed.lanes()).allSatisfy(lane -> {
            assertThat(lane.inFlightBytes()).isEqualTo(4 << 20);
            assertThat(lane.limitBytes()).isEqualTo(16 << 20);
            Status.Lag behind = Objects.requireNonNull(lane.lag());
            assertThat(behind.records()).isEqualTo(10);
            assertThat(behind.seconds()).isEqualTo(3);
            assertThat(behind.bytes()).isEqualTo(2048);
            assertThat(behind.tokens()).isEqualTo(500);
            assertThat(behind.workSeconds()).isEqualTo(40);
            assertThat(behind.retentionRatio()).isEqualTo(0.25);
            assertThat(behind.partitions()).hasSize(64);
            assertThat(behind.partitions().get(63)).isEqualTo(new Status.PartitionLag(63, 10, 3.0));
        });
        assertThat(Objects.requireNonNull(status.stages().get(1).lanes().get(0).lag())
                        .workSeconds())
                .as("what was not known")
                .isNull();
    }

    @Test
    void tellsNoOthersLagForTheGroupsOwn() {
        lag = Pipelines.lag(
                2, new LagGroup("minilm", "another", "embed", Pipelines.EMBED.inputs(), Pipelines.EMBED.pace()));

        assertThat(read(Pipelines.EMBED).stages().get(0).lanes().get(0).lag()).isNull();
    }

    @Test
    void tellsOfTheEmbedderAndOfTheStore() {
        Pipelines.embedder(registry);
        Pipelines.writer(registry, 1);

        Status status = read(Pipelines.INDEX);

        assertThat(status.embedder())
                .isEqualTo(new Status.Embedder("cpu", "fp32", 2.0, 1.0, 12.0, 256.0, 900, 1000, 1, 80, null));
        Status.Store store = Objects.requireNonNull(status.store());
        assertThat(store)
                .isEqualTo(new Status.Store("milvus", true, 1.0, 2, 500, 8.0, 20.0, 1, 40, 3, store.callMillis()));
        assertThat(store.callMillis()).hasSize(1);
        assertThat(store.callMillis().get(0).count()).isEqualTo(1);
        assertThat(store.callMillis().get(0).overMillis()).isBetween(8.0, 12.0);
        assertThat(store.callMillis().get(0).atMostMillis()).isBetween(12.0, 16.0);
    }

    @Test
    void countsOutcomesByStageAndReasonAndTimesTheirSteps() {
        Pipelines.outcomes(registry);

        Status status = read(Pipelines.EMBED, Pipelines.INDEX);

        assertThat(status.outcomes())
                .containsExactly(
                        new Status.Outcome("embed", "interactive", "rejected", "empty-text", 1),
                        new Status.Outcome("index", "bulk", "indexed", "none", 1),
                        new Status.Outcome("index", "interactive", "indexed", "none", 1));
        Status.Step interactive = total(status, "interactive");
        assertThat(interactive.count()).isEqualTo(1);
        assertThat(interactive.p50Millis()).isCloseTo(100, within(15.0));
        assertThat(interactive.buckets()).extracting(Status.Bucket::count).containsExactly(1L);
        assertThat(total(status, "bulk").p99Millis()).isCloseTo(20_000, within(5_000.0));
    }

    private static Status.Step total(Status status, String lane) {
        return status.steps().stream()
                .filter(step -> step.stage().equals("index")
                        && step.lane().equals(lane)
                        && step.step().equals("total"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void putsTogetherWhatIsToldOfATenantsDrift() {
        Pipelines.drift(registry);

        List<Status.Drift> drift = read(Pipelines.EMBED).drift();

        assertThat(drift).extracting(Status.Drift::tenant).containsExactly("shop", "all", "blog", "news");
        assertThat(drift.get(0))
                .isEqualTo(new Status.Drift(
                        "shop",
                        List.of("data"),
                        1.0,
                        6.0,
                        List.of(
                                new Status.DriftFigure("pairwise-cosine", 0.22, null),
                                new Status.DriftFigure("projection-psi", 0.41, 0.12))));
        assertThat(drift.get(1))
                .as("the model")
                .isEqualTo(new Status.Drift(
                        "all", List.of(), null, null, List.of(new Status.DriftFigure("canary-distance", 1e-6, 0.001))));
        assertThat(drift.get(3).baseline()).isEqualTo(0.4);
        assertThat(drift.get(3).figures()).isEmpty();
    }

    @Test
    void saysWhatWaitsAndSinceWhen() {
        Standing waits = new Standing(false, List.of(new Hold("store", "store-stopped", "disk full")), List.of(), null);
        try (StatusReader reader =
                new StatusReader(Pipelines.facts(), registry, () -> waits, () -> LagSnapshot.NONE, CLOCK)) {
            assertThat(reader.get().health())
                    .isEqualTo(new Status.Health(
                            false,
                            false,
                            List.of(new Status.PresentHold("store", "store-stopped", "disk full", 1_060_000)),
                            List.of()));
        }
    }

    @Test
    void isJsonWithNullForWhatIsNotKnown() {
        Pipelines.stage(registry, Pipelines.EMBED, false);
        lag = Pipelines.lag(1, Pipelines.EMBED);

        JsonNode json = new ObjectMapper().valueToTree(read(Pipelines.EMBED));

        assertThat(json.path("embedder").isNull()).isTrue();
        assertThat(json.at("/stages/0/lanes/0/lag/workSeconds").asInt()).isEqualTo(40);
        assertThat(json.at("/health/ready").asBoolean()).isTrue();
        assertThat(json.at("/stages/0/lanes/0/lag/partitions/0/records").asInt())
                .isEqualTo(10);
        assertThat(json.toString()).doesNotContain("NaN");
    }
}

package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DriftWatchTest {
    private static final int WINDOW = 40;
    private static final int BASELINE = 200;
    private static final Duration TIME = Duration.ofMinutes(10);
    private static final List<String> TEXTS = List.of("one", "two");

    private final Vectors vectors = new Vectors(Vectors.seeded("DriftWatchTest"));
    private final DriftOptions options = new DriftOptions(
            "p", "pipeline-1", Vectors.DIMENSION, "customer", 2, BASELINE, WINDOW, TIME, Duration.ofHours(1), 1_000);
    private double model = 0;
    private boolean away;
    private final DriftWatch watch = new DriftWatch(
            options,
            new CanaryWatch(
                    "pipeline-1",
                    TEXTS,
                    text -> away
                            ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                            : CompletableFuture.completedFuture(
                                    new float[] {(float) Math.cos(model), (float) Math.sin(model)}),
                    options.canaryInterval()));
    private long now = 1_000_000;

    private void take(String tenant, int count, double lean) {
        for (Measured chunk : vectors.some(count, lean)) {
            watch.take(new Sample(tenant, chunk), now);
        }
    }

    /** Writes what there is to write to a topic that takes everything. */
    private void settle() {
        for (int i = 0; i < 5 * TEXTS.size(); i++) {
            watch.tick(now);
            watch.candidates().forEach(entry -> watch.adopt(entry, now));
        }
    }

    private DriftSnapshot.Tenant tenant(String name) {
        return watch.snapshot(null).tenants().stream()
                .filter(tenant -> tenant.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void later() {
        now += TIME.toMillis();
    }

    @Test
    void makesABaselineThenJudgesWindows() {
        take("a", BASELINE - 1, 1);
        assertThat(tenant("a").phase()).isEqualTo("baseline");
        assertThat(tenant("a").progress()).isLessThan(1);
        take("a", 1, 1);
        settle();
        assertThat(tenant("a").phase()).as("younger than a window").isEqualTo("baseline");
        later();
        settle();
        assertThat(tenant("a").phase()).isEqualTo("watching");

        take("a", WINDOW, 1);
        settle();
        assertThat(tenant("a").windows()).as("too young").isZero();
        later();
        settle();

        assertThat(tenant("a").windows()).isEqualTo(1);
        assertThat(tenant("a").windowVectors()).isEqualTo(WINDOW);
        assertThat(tenant("a").figures()).hasSize(Statistic.COUNT + 3);
    }

    @Test
    void judgesASlowTenantByAPartOfAWindow() {
        take("a", BASELINE, 1);
        later();
        settle();
        take("a", WINDOW / 4, 1);
        now += TIME.toMillis() * Window.PATIENCE - 1;
        settle();
        assertThat(tenant("a").windows()).isZero();
        now += 1;
        settle();

        assertThat(tenant("a").windowVectors()).isEqualTo(WINDOW / 4);
    }

    @Test
    void callsItDataWhereTheCanaryIsSteady() {
        take("a", BASELINE, 1);
        take("b", BASELINE, 1);
        later();
        settle();
        take("a", WINDOW, 4);
        take("b", 2 * WINDOW, 1);
        later();
        watch.tick(now);
        assertThat(tenant("a").detected()).as("before the canary was asked").isFalse();
        settle();

        assertThat(tenant("a").detected()).isTrue();
        assertThat(tenant("b").detected()).isFalse();
        assertThat(watch.snapshot(null).canary().detected()).isFalse();

        take("a", WINDOW, 1);
        later();
        settle();
        assertThat(tenant("a").detected())
                .as("after a window like the baseline")
                .isFalse();
    }

    /** The canary that was steady before says nothing of the model that made this window. */
    @Test
    void namesNoCauseWhileTheCanarysRoundsAreGivenUpAndSaysSo() {
        take("a", BASELINE, 1);
        later();
        settle();
        settle();
        assertThat(watch.snapshot(null).canary().state()).isEqualTo("steady");
        away = true;
        take("a", WINDOW, 4);
        later();
        settle();

        assertThat(tenant("a").detected()).isFalse();
        assertThat(watch.snapshot(null).canary().state()).isEqualTo("steady");
        assertThat(watch.snapshot(null).held())
                .isEqualTo("the canary's last round was given up, and what differs has no cause until one ends:"
                        + " the embedder failed: java.lang.IllegalStateException: away");
        assertThat(watch.snapshot("no topic").held()).isEqualTo("no topic");

        away = false;
        now += Duration.ofMinutes(5).toMillis();
        settle();
        assertThat(tenant("a").detected()).isTrue();
        assertThat(watch.snapshot(null).held()).isNull();
    }

    /** Windows may be a second long, and a round takes a minute. */
    @Test
    void namesTheCauseByARoundThatBeganAfterTheFirstOfSeveralWindows() {
        take("a", BASELINE, 1);
        later();
        settle();
        settle();
        take("a", WINDOW, 4);
        later();
        watch.tick(now); // judges it, and hurries the canary
        watch.tick(now); // whose round begins
        take("a", WINDOW, 4);
        later();
        settle();

        assertThat(tenant("a").windows()).isEqualTo(2);
        assertThat(tenant("a").detected()).isTrue();
    }

    @Test
    void callsItTheModelWhereTheCanaryMovedWhateverTheDataDo() {
        take("a", BASELINE, 1);
        later();
        settle();
        model = 0.5;
        take("a", WINDOW, 4);
        later();
        settle();

        assertThat(watch.snapshot(null).canary().detected()).isTrue();
        assertThat(tenant("a").detected()).isFalse();

        model = 0;
        now += options.canaryInterval().toMillis();
        settle();
        assertThat(watch.snapshot(null).canary().detected()).isFalse();
        assertThat(tenant("a").detected()).as("what is left without the model").isTrue();
    }

    @Test
    void adoptsAnothersBaselineAndLetsItsOwnGo() {
        Gathering theirs = new Gathering(Vectors.DIMENSION, WINDOW, BASELINE);
        vectors.some(BASELINE, 4).forEach(theirs::add);
        Baseline baseline = theirs.finish(new Projections(Vectors.DIMENSION), "pipeline-1", "a", 0);
        take("a", BASELINE, 1);
        watch.adopt(new DriftTopic.Change(baseline.key(), baseline), now);
        settle();

        assertThat(watch.candidates()).isEmpty();
        take("a", WINDOW, 4);
        later();
        settle();
        assertThat(tenant("a").windows()).isEqualTo(1);
        assertThat(tenant("a").detected()).isFalse();

        watch.adopt(new DriftTopic.Change(baseline.key(), null), now);
        assertThat(tenant("a").phase()).as("taken out").isEqualTo("waiting");
    }

    @Test
    void leavesAnotherPipelinesBaselineAlone() {
        Gathering theirs = new Gathering(Vectors.DIMENSION, WINDOW, BASELINE);
        vectors.some(BASELINE, 1).forEach(theirs::add);
        Baseline baseline = theirs.finish(new Projections(Vectors.DIMENSION), "pipeline-2", "a", 0);

        watch.adopt(new DriftTopic.Change(baseline.key(), baseline), now);

        assertThat(watch.snapshot(null).tenants()).isEmpty();
    }

    /** A baseline in the making holds vectors, and a tenant that hardly writes would hold its place for ever. */
    @Test
    void takesTheTurnOfATenantThatIsTooSlowForItsBaseline() {
        DriftWatch wide = new DriftWatch(
                new DriftOptions("p", "f", Vectors.DIMENSION, "c", 20, BASELINE, WINDOW, TIME, TIME, 1_000),
                new CanaryWatch("f", TEXTS, text -> new CompletableFuture<>(), TIME));
        Measured chunk = vectors.one(1);
        for (int i = 0; i <= DriftWatch.GATHERING_AT_ONCE; i++) {
            wide.take(new Sample("tenant-" + i, chunk), now);
        }
        now += TIME.toMillis() * Window.PATIENCE;
        wide.take(new Sample("tenant-4", chunk), now);
        assertThat(phases(wide)).containsExactly("baseline", "baseline", "baseline", "baseline", "waiting");
        wide.take(new Sample("tenant-4", chunk), now + 1);

        assertThat(phases(wide)).containsExactly("waiting", "baseline", "baseline", "baseline", "baseline");
    }

    private static List<String> phases(DriftWatch of) {
        return of.snapshot(null).tenants().stream()
                .map(DriftSnapshot.Tenant::phase)
                .toList();
    }

    /** However many tenants and vectors: places are given to the first ones, and few baselines are in the making at once. */
    @Test
    void keepsToItsBounds() {
        DriftWatch wide = new DriftWatch(
                new DriftOptions("p", "f", Vectors.DIMENSION, "c", 20, 100_000, WINDOW, TIME, TIME, 1_000),
                new CanaryWatch("f", TEXTS, text -> new CompletableFuture<>(), TIME));
        int count = 60_000;
        List<Measured> some = vectors.some(1_000, 1);
        for (int i = 0; i < count; i++) {
            wide.take(new Sample("tenant-" + i % 500, some.get(i % some.size())), now);
        }

        DriftSnapshot snapshot = wide.snapshot(null);
        assertThat(snapshot.tenants()).hasSize(21);
        assertThat(snapshot.tenants().get(20).name()).isEqualTo(DriftOptions.OTHER);
        assertThat(snapshot.tenants().stream().filter(tenant -> tenant.phase().equals("baseline")))
                .hasSize(DriftWatch.GATHERING_AT_ONCE);
        assertThat(wide.keptVectors()).isEqualTo(DriftWatch.GATHERING_AT_ONCE * Gathering.SAMPLE_WINDOWS * WINDOW);
        assertThat(wide.taken() + wide.waiting()).isEqualTo(count);
        assertThat(wide.overflowed()).isEqualTo(count / 500 * 480L);
    }

    @Test
    void keepsEachVectorOfTheBaselineWithTheSameProbability() {
        int kept = 0;
        int rounds = 200;
        for (int round = 0; round < rounds; round++) {
            Gathering gathering = new Gathering(1, 8, 240);
            int mark = round % 240;
            for (int i = 0; i < 240; i++) {
                gathering.add(new Measured(new float[] {1}, i == mark ? 1 : 2, 1));
            }
            kept += gathering.keeps(chunk -> chunk.tokens() == 1) ? 1 : 0;
        }

        // 24 of 240; the generator's seed is fixed, so this is no matter of luck.
        assertThat((double) kept / rounds).isBetween(0.05, 0.15);
    }
}

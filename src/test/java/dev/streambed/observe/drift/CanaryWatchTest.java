package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CanaryWatchTest {
    private static final List<String> TEXTS = List.of("one", "two", "three");
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final List<String> asked = new ArrayList<>();
    private CanaryEmbedder model = text -> CompletableFuture.completedFuture(unit(text.length()));
    private final CanaryWatch canary = new CanaryWatch(
            "pipeline-1",
            TEXTS,
            text -> {
                asked.add(text);
                return model.embed(text);
            },
            INTERVAL);
    private long now = 1_000;

    private static float[] unit(double angle) {
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            canary.tick(now);
        }
    }

    /** A text a tick, and one more to take the last answer. */
    private void round() {
        ticks(TEXTS.size() + 1);
    }

    private CanaryReference learned() {
        for (int i = 0; i < CanaryWatch.LEARNING_ROUNDS; i++) {
            round();
        }
        CanaryReference reference = Objects.requireNonNull(canary.candidate());
        canary.adopt(reference);
        return reference;
    }

    @Test
    void asksOneTextATick() {
        ticks(1);
        assertThat(asked).containsExactly("one");
        ticks(1);
        assertThat(asked).containsExactly("one", "two");
    }

    @Test
    void asksNothingWhileATextIsUnderWay() {
        model = text -> new CompletableFuture<>();
        ticks(10);

        assertThat(asked).containsExactly("one");
    }

    @Test
    void isSteadyWhileTheModelMakesTheSameVectors() {
        CanaryReference reference = learned();
        assertThat(reference.limit()).isEqualTo(CanaryReference.LEAST_LIMIT);

        round();

        assertThat(canary.state()).isEqualTo(CanaryWatch.State.STEADY);
        assertThat(canary.distance()).isZero();
    }

    @Test
    void movesWhereTheModelMakesOthersAndIsAskedAgainAfterTheInterval() {
        CanaryReference unused = learned();
        round();
        asked.clear();
        model = text -> CompletableFuture.completedFuture(unit(text.length() + 0.1));

        ticks(10);
        assertThat(asked).isEmpty();
        now += INTERVAL.toMillis();
        round();

        assertThat(canary.state()).isEqualTo(CanaryWatch.State.MOVED);
        assertThat(canary.distance()).isCloseTo(1 - Math.cos(0.1), within(1e-6));
    }

    /** The round that is under way began too early to say anything of what was seen since. */
    @Test
    void isAskedAgainAtOnceWhereSomebodyMustKnowInTheMiddleOfARound() {
        CanaryReference unused = learned();
        ticks(2);
        now += 1;
        canary.hurry();
        ticks(2);
        assertThat(canary.state()).isEqualTo(CanaryWatch.State.STEADY);
        assertThat(canary.isSteadySince(now)).isFalse();
        round();

        assertThat(canary.isSteadySince(now)).isTrue();
    }

    @Test
    void allowsAModelWhatItDoesByItself() {
        double[] noise = {0, 0.05, -0.05, 0.08};
        model = text ->
                CompletableFuture.completedFuture(unit(text.length() + noise[(asked.size() - 1) / TEXTS.size()]));
        CanaryReference reference = learned();
        assertThat(reference.limit()).isGreaterThan(1 - Math.cos(0.05));

        round();

        assertThat(canary.state()).isEqualTo(CanaryWatch.State.STEADY);
    }

    @Test
    void remembersWhichTextsThePipelineRefuses() {
        model = text -> CompletableFuture.completedFuture(text.equals("three") ? new float[0] : unit(text.length()));
        CanaryReference unused = learned();
        round();
        assertThat(canary.state()).isEqualTo(CanaryWatch.State.STEADY);

        model = text -> CompletableFuture.completedFuture(unit(text.length()));
        canary.hurry();
        round();

        assertThat(canary.state()).isEqualTo(CanaryWatch.State.MOVED);
    }

    @Test
    void givesARoundUpThatFailsOrHangs() {
        model = text -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        ticks(2);
        assertThat(canary.failures()).isEqualTo(1);
        assertThat(canary.trouble()).isEqualTo("the embedder failed: java.lang.IllegalStateException: no");

        CompletableFuture<float[]> hanging = new CompletableFuture<>();
        model = text -> hanging;
        now += Duration.ofMinutes(5).toMillis();
        ticks(1);
        now += CanaryWatch.PATIENCE.toMillis() + 1;
        ticks(1);

        assertThat(canary.failures()).isEqualTo(2);
        assertThat(canary.trouble()).isEqualTo("the embedder has not answered for 10 minutes");
        assertThat(hanging).isCancelled();
    }

    /** It was steady an hour ago; that says nothing of what was embedded since. */
    @Test
    void saysNothingByARoundThatWasGivenUp() {
        CanaryReference unused = learned();
        round();
        long asked = ++now;
        canary.hurry();
        CanaryEmbedder sound = model;
        model = text -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        ticks(2);
        assertThat(canary.state()).isEqualTo(CanaryWatch.State.STEADY);
        assertThat(canary.isSteadySince(asked)).isFalse();

        model = sound;
        now += Duration.ofMinutes(5).toMillis();
        round();

        assertThat(canary.isSteadySince(asked)).isTrue();
        assertThat(canary.trouble()).isNull();
    }

    @Test
    void comparesWithWhatAnotherInstanceStored() {
        round();
        canary.adopt(new CanaryReference(
                "pipeline-1", "theirs", 0, new float[][] {unit(1), unit(2), unit(3)}, CanaryReference.LEAST_LIMIT));
        round();
        round();

        assertThat(canary.candidate()).isNull();
        assertThat(canary.state()).isEqualTo(CanaryWatch.State.MOVED);
    }

    @Test
    void learnsAnewWhereTheReferenceWasTakenOut() {
        CanaryReference unused = learned();
        canary.forget();

        assertThat(learned()).isNotNull();
    }

    @Test
    void hasTextsOfManyKinds() {
        List<String> texts = CanaryTexts.load();

        assertThat(texts).hasSize(CanaryTexts.COUNT).doesNotHaveDuplicates().noneMatch(String::isBlank);
        assertThat(texts).anyMatch(text -> text.length() < 5).anyMatch(text -> text.length() > 400);
        assertThat(texts.stream()
                        .flatMapToInt(String::codePoints)
                        .mapToObj(Character.UnicodeScript::of)
                        .distinct())
                .hasSizeGreaterThan(12);
    }
}

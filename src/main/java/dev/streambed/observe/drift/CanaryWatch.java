package dev.streambed.observe.drift;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the model for the canary's vectors, one text at a time and a text a {@link #tick}, so that it is never more than one short text in
 * anybody's way. The first {@value #LEARNING_ROUNDS} rounds make the reference, where the topic has none; each later one is compared with it.
 * Owned by the drift thread.
 */
final class CanaryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryWatch.class);

    static final int LEARNING_ROUNDS = 3;

    /** For one text: beyond that the embedder is away, or overloaded, and the round is given up. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** After a round that was given up. */
    private static final Duration PAUSE = Duration.ofMinutes(5);

    /** What is known of the model. */
    enum State {
        /** There is no reference yet, or nothing was compared with it. */
        UNKNOWN,
        /** It makes the vectors that it made at first. */
        STEADY,
        /** It makes others. */
        MOVED
    }

    private final String fingerprint;
    private final List<String> texts;
    private final CanaryEmbedder embedder;
    private final Duration interval;

    private @Nullable CanaryReference reference;
    private @Nullable CanaryReference candidate;
    private final List<float[][]> learning = new ArrayList<>();
    private State state = State.UNKNOWN;
    private double distance = Double.NaN;
    private long checkedAtMillis;

    private long comparedStartMillis = Long.MIN_VALUE;

    private long dueAtMillis = Long.MIN_VALUE;
    private boolean again;
    private long failures;
    private @Nullable String trouble;

    private final List<float[]> round = new ArrayList<>();
    private long startedAtMillis;
    private long askedAtMillis;
    private @Nullable CompletableFuture<float[]> asked;

    CanaryWatch(String fingerprint, List<String> texts, CanaryEmbedder embedder, Duration interval) {
        this.fingerprint = fingerprint;
        this.texts = texts;
        this.embedder = embedder;
        this.interval = interval;
    }

    /** Takes what has come, and asks for the next text where a round is due or under way. */
    void tick(long nowMillis) {
        CompletableFuture<float[]> pending = asked;
        if (pending == null) {
            if (nowMillis >= dueAtMillis && candidate == null) {
                startedAtMillis = round.isEmpty() ? nowMillis : startedAtMillis;
                ask(nowMillis);
            }
            return;
        }
        if (!pending.isDone()) {
            if (nowMillis - askedAtMillis > PATIENCE.toMillis()) {
                pending.cancel(false);
                giveUp(nowMillis, "the embedder has not answered for " + PATIENCE.toMinutes() + " minutes");
            }
            return;
        }
        if (pending.isCompletedExceptionally()) {
            Throwable failure = pending.handle((vector, thrown) -> thrown).join();
            giveUp(nowMillis, "the embedder failed: " + inWords(failure));
            return;
        }
        round.add(pending.join());
        asked = null; // taken once, should the next question throw
        if (round.size() < texts.size()) {
            ask(nowMillis);
        } else {
            ended(round.toArray(float[][]::new), nowMillis);
        }
    }

    private static String inWords(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.toString();
    }

    private void ask(long nowMillis) {
        askedAtMillis = nowMillis;
        asked = embedder.embed(texts.get(round.size()));
    }

    private void giveUp(long nowMillis, String why) {
        LOG.warn("The canary's round is given up, and tried again in {} minutes: {}", PAUSE.toMinutes(), why);
        failures++;
        trouble = why;
        clearRound();
        dueAtMillis = nowMillis + PAUSE.toMillis();
    }

    private void ended(float[][] vectors, long nowMillis) {
        clearRound();
        trouble = null;
        CanaryReference known = reference;
        if (known != null) {
            distance = known.distance(vectors);
            state = distance > known.limit() ? State.MOVED : State.STEADY;
            comparedStartMillis = startedAtMillis;
            checkedAtMillis = nowMillis;
            dueAtMillis = again ? Long.MIN_VALUE : nowMillis + interval.toMillis();
            again = false;
            return;
        }
        learning.add(vectors);
        if (learning.size() >= LEARNING_ROUNDS) {
            candidate = CanaryReference.of(fingerprint, UUID.randomUUID().toString(), nowMillis, learning);
            learning.clear();
        }
    }

    private void clearRound() {
        round.clear();
        asked = null;
    }

    /** A reference was read from the topic, or written to it, ours or another's: it is compared with at once. */
    void adopt(CanaryReference stored) {
        if (reference != null && reference.id().equals(stored.id())) {
            return;
        }
        reference = stored;
        restart();
    }

    /** The reference was taken out of the topic. */
    void forget() {
        reference = null;
        restart();
    }

    private void restart() {
        candidate = null;
        learning.clear();
        state = State.UNKNOWN;
        distance = Double.NaN;
        dueAtMillis = Long.MIN_VALUE;
    }

    /** Asks for a round that begins now or later, as soon as can be: somebody must know. */
    void hurry() {
        again = asked != null || !round.isEmpty();
        dueAtMillis = Long.MIN_VALUE;
    }

    /** Drops what is under way. */
    void cancel() {
        CompletableFuture<float[]> pending = asked;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    /** Whether the last round that was compared began at that time or later, and found the model steady. One that was given up says nothing. */
    boolean isSteadySince(long millis) {
        return state == State.STEADY && comparedStartMillis >= millis;
    }

    /** Why the last round was given up, for people; null where it ended, or none has. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** A reference to be written to the topic, or null. */
    @Nullable
    CanaryReference candidate() {
        return candidate;
    }

    @Nullable
    CanaryReference reference() {
        return reference;
    }

    State state() {
        return state;
    }

    /** Of the last round, NaN before it. */
    double distance() {
        return distance;
    }

    /** When the last round was compared; 0 before. */
    long checkedAtMillis() {
        return checkedAtMillis;
    }

    /** Rounds that were given up. */
    long failures() {
        return failures;
    }
}

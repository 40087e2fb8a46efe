package dev.streambed.observe.drift;

import org.jspecify.annotations.Nullable;

/** What is known of one tenant: first a baseline in the making, then windows against it. Owned by the drift thread. */
final class TenantDrift {
    private final String name;
    private final DriftOptions options;
    private final Projections projections;

    private @Nullable Gathering gathering;
    private long gatheringSinceMillis;
    private @Nullable Baseline candidate;
    private @Nullable Baseline baseline;
    private @Nullable Window window;
    private @Nullable WindowReport report;
    private long movedSinceMillis;
    private long windows;
    private boolean detected;

    TenantDrift(String name, DriftOptions options, Projections projections) {
        this.name = name;
        this.options = options;
        this.projections = projections;
    }

    /** Begins a baseline. */
    void gather(long nowMillis) {
        gatheringSinceMillis = nowMillis;
        gathering = new Gathering(options.dimension(), options.window(), options.baseline());
    }

    /** Counts a chunk in; returns false where there is nothing to count it into: it waits for its turn, or for Kafka. */
    boolean take(Measured chunk) {
        Gathering making = gathering;
        Window open = window;
        if (open != null) {
            open.add(chunk);
            return true;
        }
        if (making == null) {
            return false;
        }
        making.add(chunk);
        return true;
    }

    /**
     * Makes the baseline where it is due, or judges the window, and opens the next. Returns whether it judged one.
     *
     * <p>A baseline is as old as a window must be, at least: the first seconds of a backfill are no measure for its hours.
     */
    boolean closeIfDue(long nowMillis) {
        Gathering making = gathering;
        if (making != null
                && making.isComplete()
                && nowMillis - gatheringSinceMillis >= options.windowTime().toMillis()) {
            candidate = making.finish(projections, options.fingerprint(), name, nowMillis);
            gathering = null;
        }
        Baseline known = baseline;
        Window open = window;
        if (known == null || open == null || !open.isDue(nowMillis, options.windowTime())) {
            return false;
        }
        boolean before = moved();
        report = open.report(nowMillis);
        if (!before) {
            movedSinceMillis = nowMillis;
        }
        windows++;
        window = new Window(known, projections, nowMillis);
        return true;
    }

    /** The baseline that holds from now on, ours or another instance's. The same one again changes nothing. */
    void adopt(Baseline stored, long nowMillis) {
        if (baseline != null && baseline.id().equals(stored.id())) {
            return;
        }
        clear();
        baseline = stored;
        window = new Window(stored, projections, nowMillis);
    }

    /** Forgets everything but the name. */
    void clear() {
        gathering = null;
        candidate = null;
        baseline = null;
        window = null;
        report = null;
    }

    String name() {
        return name;
    }

    boolean isGathering() {
        return gathering != null;
    }

    /** Whether it has been at its baseline for longer than a window waits to be full. */
    boolean isSlow(long nowMillis) {
        return isGathering()
                && nowMillis - gatheringSinceMillis > options.windowTime().toMillis() * Window.PATIENCE;
    }

    /** Neither has a baseline nor makes one. */
    boolean isIdle() {
        return gathering == null && candidate == null && baseline == null;
    }

    /** A baseline to be written to the topic, or null. */
    @Nullable
    Baseline candidate() {
        return candidate;
    }

    @Nullable
    Baseline baseline() {
        return baseline;
    }

    /** The last window that was judged, or null. */
    @Nullable
    WindowReport report() {
        return report;
    }

    /** Whether the last window was beyond a limit. */
    boolean moved() {
        return report != null && !report.moved().isEmpty();
    }

    /** When the first of the windows was judged that have been beyond a limit since; says nothing unless {@link #moved}. */
    long movedSinceMillis() {
        return movedSinceMillis;
    }

    /** Windows that were judged. */
    long windows() {
        return windows;
    }

    /** Vectors it holds on to. */
    int keptVectors() {
        return gathering == null ? 0 : gathering.kept();
    }

    /** How much of the baseline is there, 0..1. */
    double progress() {
        return gathering != null ? gathering.progress() : isIdle() ? 0 : 1;
    }

    boolean isDetected() {
        return detected;
    }

    void setDetected(boolean now) {
        detected = now;
    }
}

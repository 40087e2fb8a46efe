package dev.streambed.cli.service;

import dev.streambed.stage.RunningStage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs until it is ended, and remembers how it was; says what a test has it say. Thread-safe. */
final class FakeStage implements RunningStage {
    volatile @Nullable String why;
    volatile @Nullable RuntimeException closing;
    volatile boolean closed;
    volatile boolean drained;

    @Override
    public boolean isRunning() {
        return !closed && !drained;
    }

    @Override
    public boolean isGateFull() {
        return false;
    }

    @Override
    public double oldestSeconds() {
        return 0;
    }

    @Override
    public String state() {
        return isRunning() ? "RUNNING" : "NOT_RUNNING";
    }

    @Override
    public @Nullable String whyOutdated() {
        return why;
    }

    @Override
    public void shut() {}

    @Override
    public boolean drain(Duration atMost) {
        drained = true;
        return true;
    }

    @Override
    public void close() {
        closed = true;
        RuntimeException failure = closing;
        if (failure != null) {
            throw failure;
        }
    }
}

package dev.streambed.cli.faults.oracle;

import dev.streambed.cli.faults.proxy.Call;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the store acknowledged, row by row, and when: seen at the proxy before it, which tells of each write when the store has answered
 * and before the service hears of it. Thread-safe.
 */
public final class Acknowledgements implements Consumer<Call> {
    /** A version that a deletion stands for. */
    private static final long DELETED = -1;

    /** Begins the ids of the suite's own rows. */
    public static final String PROBE = "probe#";

    private record Written(long version, long epochMillis) {}

    private record Emptied(long epochMillis, long noticedEpochMillis) {}

    private final Map<String, List<Written>> byRow = new HashMap<>(); // guarded by this
    private final NavigableSet<Long> times = new TreeSet<>(); // guarded by this
    private @Nullable Runnable next; // guarded by this
    private final List<Emptied> emptied = new ArrayList<>(); // guarded by this
    private final long nanosAtZero;

    public Acknowledgements() {
        // The broker stamps completions by the wall clock; the proxy counts nanoseconds.
        nanosAtZero = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Does something with the next write, on the proxy's thread, before its caller hears of it. */
    public synchronized void onNext(Runnable what) {
        next = what;
    }

    @Override
    public void accept(Call call) {
        Runnable due;
        synchronized (this) {
            remember(call);
            due = call.outcome().isWritten() ? next : null;
            next = due == null ? next : null;
        }
        if (due != null) {
            due.run();
        }
    }

    private void remember(Call call) {
        if (call.outcome().isWritten()) {
            long epochMillis = TimeUnit.NANOSECONDS.toMillis(call.endNanos() - nanosAtZero);
            boolean deletes = call.method().equals("Delete");
            if (call.rows().stream().noneMatch(row -> row.id().startsWith(PROBE))) {
                times.add(epochMillis);
            }
            for (RowRef row : call.rows()) {
                byRow.computeIfAbsent(row.id(), id -> new ArrayList<>(1))
                        .add(new Written(deletes ? DELETED : row.version(), epochMillis));
            }
        }
    }

    /** When a row of the run was first written at or after a time, epoch milliseconds; the suite's own probes do not count. */
    public synchronized OptionalLong firstAfter(long epochMillis) {
        Long time = times.ceiling(epochMillis);
        return time == null ? OptionalLong.empty() : OptionalLong.of(time);
    }

    /**
     * The store lost everything.
     *
     * @param noticedEpochMillis from when on the service cannot but know: what was written before the loss proves nothing for an answer after this
     */
    public synchronized void emptied(long epochMillis, long noticedEpochMillis) {
        emptied.add(new Emptied(epochMillis, noticedEpochMillis));
    }

    private boolean isThere(Written written, long epochMillis) {
        return written.epochMillis() <= epochMillis
                && emptied.stream()
                        .noneMatch(loss ->
                                written.epochMillis() < loss.epochMillis() && epochMillis > loss.noticedEpochMillis());
    }

    /** Whether a row with this version or a newer one had been acknowledged at that time. */
    synchronized boolean holdsVersion(String rowId, long version, long epochMillis) {
        return byRow.getOrDefault(rowId, List.of()).stream()
                .anyMatch(written -> written.version() >= version && isThere(written, epochMillis));
    }

    /** Whether the row had been written with just this version by that time; false for none. */
    synchronized boolean had(String rowId, long version, long epochMillis) {
        return version >= 0
                && byRow.getOrDefault(rowId, List.of()).stream()
                        .anyMatch(written -> written.version() == version && written.epochMillis() <= epochMillis);
    }

    /** Whether the row was ever written or deleted. */
    synchronized boolean knows(String rowId) {
        return byRow.containsKey(rowId);
    }

    /** The version of the row by what was acknowledged last at that time, -1 for none. */
    synchronized long versionAt(String rowId, long epochMillis) {
        long version = DELETED;
        for (Written written : byRow.getOrDefault(rowId, List.of())) {
            if (isThere(written, epochMillis)) {
                version = written.version();
            }
        }
        return version;
    }
}

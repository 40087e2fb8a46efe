package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.proxy.Call;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Which versions of which rows the store has taken, so that a second time is seen. Told by the proxy's threads; thread-safe. */
public final class RowWrites implements Consumer<Call> {
    private final Set<RowRef> once = new HashSet<>(); // guarded by this
    private final List<RowRef> again = new ArrayList<>(); // guarded by this

    @Override
    public synchronized void accept(Call call) {
        if (call.outcome().isWritten() && call.method().equals("Upsert")) {
            call.rows().stream().filter(row -> !once.add(row)).forEach(again::add);
        }
    }

    /** Those that it took a second time in the same version, as often as it did. */
    public synchronized List<RowRef> again() {
        return List.copyOf(again);
    }
}

package dev.streambed.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keeps what was asked, where the store is not what is tested. */
final class FakeWriter implements IndexWriter {
    final List<Write> writes = new ArrayList<>();
    final List<CompletableFuture<Void>> futures = new ArrayList<>();

    @Override
    public CompletableFuture<Void> write(Write write) {
        writes.add(write);
        CompletableFuture<Void> future = new CompletableFuture<>();
        futures.add(future);
        return future;
    }

    /** The store acknowledges the last write. */
    @SuppressWarnings("NullAway") // a Void has no other value
    void acknowledge() {
        futures.get(futures.size() - 1).complete(null);
    }

    @Override
    public @Nullable String holdReason() {
        return null;
    }

    @Override
    public void awaitCallsUnderWay(Duration atMost) {}

    @Override
    public void close() {}
}

package dev.streambed.index;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.implementation.bind.annotation.SuperCall;
import org.jspecify.annotations.Nullable;

/** INDEX's rules, each broken, for the guarantee suite to notice: what is called in place of the product's methods. */
public final class BrokenIndex {
    private BrokenIndex() {}

    /** A write counts as acknowledged when it is queued. In place of {@code CoalescingIndexWriter.write}. */
    public static final class NoAcknowledgement {
        private NoAcknowledgement() {}

        public static CompletableFuture<@Nullable Void> write(@SuperCall Callable<CompletableFuture<Void>> asItShouldBe)
                throws Exception {
            var unused = asItShouldBe.call();
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Rows of an older, longer version stay. In place of {@code DocumentRows.staleIds}. */
    public static final class NoStaleDeletes {
        private NoStaleDeletes() {}

        public static List<String> staleIds() {
            return List.of();
        }
    }
}

package dev.streambed.stage;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.Callable;
import net.bytebuddy.implementation.bind.annotation.Argument;
import net.bytebuddy.implementation.bind.annotation.SuperCall;
import net.bytebuddy.implementation.bind.annotation.This;
import org.apache.kafka.common.TopicPartition;

/** The stage's rules, each broken, for the guarantee suite to notice: what is called in place of the product's methods. */
public final class BrokenStage {
    private BrokenStage() {}

    /** The epoch rule is off: head and tombstone follow a result at once. In place of {@code Facts.isDue}. */
    public static final class NoEpochs {
        private NoEpochs() {}

        public static boolean isDue(@Argument(0) ArrayDeque<?> facts) {
            return !facts.isEmpty();
        }
    }

    /** Heads are written early, with their results; the rest is as it should be. In place of {@code Facts.isDue}. */
    public static final class EarlyHeads {
        private EarlyHeads() {}

        public static boolean isDue(@Argument(0) ArrayDeque<?> facts, @SuperCall Callable<Boolean> asItShouldBe)
                throws Exception {
            boolean isHead = !facts.isEmpty() && !facts.element().toString().contains("documentId=null");
            return isHead || asItShouldBe.call();
        }
    }

    /** The gate does not shut, however much is in flight. In place of {@code Gate.closedTo}. */
    public static final class OpenGate {
        private OpenGate() {}

        public static Set<TopicPartition> closedTo(
                @This Object gate, @SuperCall Callable<Set<TopicPartition>> asItShouldBe) throws Exception {
            return ((Gate) gate).isShut() ? asItShouldBe.call() : Set.of();
        }
    }
}

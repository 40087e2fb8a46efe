package dev.streambed.stage;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The clock of the stage: counts this task's commits. A commit flushes the caches, then the producer, then commits the offsets,
 * and only then calls {@link #commit}; so whatever was sent in an epoch that has ended is durable. (StreamTask.prepareCommit and
 * ProcessorStateManager.commit of Kafka 4.3.) Owned by the stream thread; nothing is stored.
 */
final class CommitEpoch implements StateStore {
    private final String name;
    private long epoch;
    private boolean open;

    CommitEpoch(String name) {
        this.name = name;
    }

    /** The epoch under way. */
    long current() {
        return epoch;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        epoch++;
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Builds it, without a changelog. */
    static StoreBuilder<CommitEpoch> builder(String name) {
        return new Builder(name);
    }

    private record Builder(String name) implements StoreBuilder<CommitEpoch> {
        @Override
        public StoreBuilder<CommitEpoch> withCachingEnabled() {
            throw new UnsupportedOperationException("an epoch is not cached");
        }

        @Override
        public StoreBuilder<CommitEpoch> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitEpoch> withLoggingEnabled(Map<String, String> config) {
            throw new UnsupportedOperationException("an epoch is not logged");
        }

        @Override
        public StoreBuilder<CommitEpoch> withLoggingDisabled() {
            return this;
        }

        @Override
        public CommitEpoch build() {
            return new CommitEpoch(name);
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}

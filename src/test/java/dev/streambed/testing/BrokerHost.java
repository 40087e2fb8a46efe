package dev.streambed.testing;

/** Where a {@link TestBroker} runs. Owned by the test's thread. */
interface BrokerHost extends AutoCloseable {
    /** What clients connect to, {@code host:port}; the same after {@link #startAgain}. */
    String bootstrapServers();

    /** Stops the broker and keeps its data. */
    void stop();

    /** Starts the stopped broker with its old data on its old port; returns when it takes calls, or a moment before. */
    void startAgain();

    /** Stops the broker, where it runs, and removes its data. */
    @Override
    void close();
}

package dev.streambed.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A real Kafka broker (KRaft, combined mode) on a free port of the loopback, gone with its data at {@link #close}. Topics are never
 * created by themselves. It runs inside the test's JVM, where it is ready in about two seconds; with
 * {@code -Dstreambed.test.broker=container} ({@code -Pcontainers}) it is a {@link BrokerInContainer}, for the same tests.
 *
 * <p>Owned by the test's thread; {@link #bootstrapServers} may be read from any.
 */
public final class TestBroker implements AutoCloseable {
    private static final String WHERE = "streambed.test.broker";
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    /** What is not about where it runs. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            // So that a broker started again is let back in at once.
            Map.entry("broker.session.timeout.ms", "1500"),
            Map.entry("broker.heartbeat.interval.ms", "300"),
            Map.entry("log.cleaner.dedupe.buffer.size", "8388608"));

    private final BrokerHost host;

    private TestBroker(BrokerHost host) {
        this.host = host;
    }

    /** A broker with the settings above and nothing else. */
    public static TestBroker start() {
        return start(Map.of());
    }

    /**
     * A broker with some settings of its own.
     *
     * @param overrides broker properties, e.g. {@code message.max.bytes}; not listeners or directories
     * @throws IllegalStateException if it did not start; nothing is left behind
     */
    public static TestBroker start(Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(overrides);
        return new TestBroker(isInContainer() ? BrokerInContainer.start(settings) : BrokerInJvm.start(settings));
    }

    /** Whether brokers run in containers. */
    static boolean isInContainer() {
        String where = System.getProperty(WHERE, "jvm");
        return switch (where) {
            case "jvm" -> false;
            case "container" -> true;
            default -> throw new IllegalArgumentException(WHERE + " is " + where + ", but must be jvm or container");
        };
    }

    /** What clients connect to, {@code localhost:<port>}; the same after {@link #startAgain}. */
    public String bootstrapServers() {
        return host.bootstrapServers();
    }

    /** A topic with the broker's default configuration, ready for use when this returns. */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /** A topic, ready for use when this returns. */
    public void createTopic(String name, int partitions, Map<String, String> configuration) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configuration)))
                    .all()
                    .get();
            awaitLeaders(admin, name, partitions);
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not create the topic " + name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating the topic " + name, e);
        }
    }

    /** The controller answers when a topic is decided on; the broker knows of it, and leads its partitions, a moment later. */
    private static void awaitLeaders(Admin admin, String topic, int partitions)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                Map<String, TopicDescription> topics =
                        admin.describeTopics(List.of(topic)).allTopicNames().get();
                List<TopicPartitionInfo> known = topics.values().stream()
                        .flatMap(description -> description.partitions().stream())
                        .toList();
                if (known.size() == partitions && known.stream().allMatch(partition -> partition.leader() != null)) {
                    return;
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("the topic " + topic + " has no leaders after " + READY_TIMEOUT);
    }

    /** A new admin client, to be closed by the caller. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    /** Stops the broker and keeps its data. */
    public void stop() {
        host.stop();
    }

    /** Starts a stopped broker with its old data on its old port; it takes calls when this returns. */
    public void startAgain() {
        host.startAgain();
        try (Admin admin = admin()) {
            long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
            while (admin.describeCluster().nodes().get().isEmpty()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the broker is not back after " + READY_TIMEOUT);
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not answer", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker starts", e);
        }
    }

    @Override
    public void close() {
        host.close();
    }
}

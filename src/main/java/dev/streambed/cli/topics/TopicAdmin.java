package dev.streambed.cli.topics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Compares topics with their descriptions and creates what is missing; never changes what is there. Each call waits 30 s at most. */
public final class TopicAdmin implements AutoCloseable {
    private static final int CALL_MILLIS = 30_000;

    private static final long LOOK_AGAIN_MILLIS = 20;

    /** The broker's {@code default.replication.factor}. */
    private static final short BROKERS_REPLICATION = -1;

    private final Admin admin;

    /**
     * Connects when it is first asked something.
     *
     * @param settings of an admin client
     */
    public TopicAdmin(Map<String, Object> settings) {
        Map<String, Object> bounded = new HashMap<>(settings);
        bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        this.admin = Admin.create(bounded);
    }

    /**
     * How each topic compares with its description, in their order.
     *
     * @throws ExecutionException if the broker refuses to tell
     */
    public List<TopicState> compare(List<TopicSpec> specs)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, TopicDescription> present = describe(specs);
        Map<String, Config> configs = configs(present.keySet().stream().toList());
        List<TopicState> states = new ArrayList<>();
        for (TopicSpec spec : specs) {
            TopicDescription description = present.get(spec.name());
            states.add(
                    description == null
                            ? new TopicState(spec, false, List.of())
                            : new TopicState(spec, true, differences(spec, description, configs.get(spec.name()))));
        }
        return states;
    }

    /** Creates a topic; one that somebody else made in the meantime is no error. */
    public void create(TopicSpec spec) throws ExecutionException, TimeoutException, InterruptedException {
        NewTopic topic = new NewTopic(spec.name(), spec.partitions(), BROKERS_REPLICATION).configs(spec.config());
        try {
            get(admin.createTopics(List.of(topic)).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /**
     * Waits until the broker that answers us knows all of these topics; what was just created it learns of a moment later.
     *
     * @throws TimeoutException if it does not within 30 s
     */
    public void awaitPresent(List<TopicSpec> specs) throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CALL_MILLIS);
        while (describe(specs).size() < specs.size()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the broker does not know the topics that were created");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofMillis(CALL_MILLIS));
    }

    private Map<String, TopicDescription> describe(List<TopicSpec> specs)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, TopicDescription> present = new HashMap<>();
        Map<String, KafkaFuture<TopicDescription>> asked = admin.describeTopics(
                        specs.stream().map(TopicSpec::name).toList())
                .topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : asked.entrySet()) {
            try {
                present.put(topic.getKey(), get(topic.getValue()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return present;
    }

    private Map<String, Config> configs(List<String> names)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        return get(admin.describeConfigs(resources).all()).entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    }

    private static List<String> differences(TopicSpec spec, TopicDescription description, @Nullable Config config) {
        List<String> differences = new ArrayList<>();
        int partitions = description.partitions().size();
        if (partitions != spec.partitions()) {
            differences.add("partitions is " + partitions + ", should be " + spec.partitions());
        }
        spec.config().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(wanted -> {
            ConfigEntry entry = config == null ? null : config.get(wanted.getKey());
            String actual = entry == null ? "unknown to the broker" : entry.value();
            if (!wanted.getValue().equals(actual)) {
                differences.add(wanted.getKey() + " is " + actual + ", should be " + wanted.getValue());
            }
        });
        return differences;
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(CALL_MILLIS, TimeUnit.MILLISECONDS);
    }
}

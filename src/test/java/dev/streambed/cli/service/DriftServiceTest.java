package dev.streambed.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.topics.TopicAdmin;
import dev.streambed.cli.topics.TopicSpec;
import dev.streambed.cli.topics.TopicsFile;
import dev.streambed.observe.drift.DriftSnapshot;
import dev.streambed.testing.Eventually;
import dev.streambed.testing.TestBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drift in the whole service: from a document's metadata to the metrics and the topic. */
@Timeout(120)
class DriftServiceTest {
    private static final int BASELINE = 100;
    private static final int WINDOW = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void watchesEachTenantOfWhatIsEmbedded() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            StreambedConfig config = config(broker, "true");
            createTopics(config);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            try (Service service =
                    Services.around(files -> new StubModel(0)).start(config, Set.of(Role.EMBED), registry)) {
                await(() -> drift(service).held() == null);
                publish(broker, "one", 0, BASELINE);
                publish(broker, "two", 0, BASELINE / 2);
                await(() -> phase(service, "one").equals("watching"));
                publish(broker, "one", BASELINE, BASELINE + WINDOW);
                await(() ->
                        tenant(service, "one").filter(one -> one.windows() > 0).isPresent());
                await(() -> taken(registry) == BASELINE + BASELINE / 2 + WINDOW);

                assertThat(phase(service, "two")).isEqualTo("baseline");
                assertThat(registry.get("streambed.drift.value")
                                .tags("pipeline", "minilm", "tenant", "one", "statistic", "tokens-mean")
                                .gauge()
                                .value())
                        .isBetween(5.0, 20.0);
            }
        }
    }

    @Test
    void looksAwayWhereItIsToldTo() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            StreambedConfig config = config(broker, "false");
            createTopics(config);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            try (Service service =
                    Services.around(files -> new StubModel(0)).start(config, Set.of(Role.EMBED), registry)) {
                assertThat(service.drift()).isNull();
                assertThat(registry.find("streambed.drift.detected").meters()).isEmpty();
            }
        }
    }

    private StreambedConfig config(TestBroker broker, String enabled) {
        Map<String, ConfigValue> settings = new HashMap<>();
        Map.of(
                        "kafka.bootstrap.servers",
                        broker.bootstrapServers(),
                        "index.type",
                        "memory",
                        "state.dir",
                        directory.toString(),
                        "drift.enabled",
                        enabled,
                        "drift.tenant-field",
                        "customer",
                        "drift.baseline",
                        Integer.toString(BASELINE),
                        "drift.window",
                        Integer.toString(WINDOW),
                        "drift.window-time",
                        "1s")
                .forEach((key, value) -> settings.put(key, new ConfigValue(value, "the test")));
        return ConfigLoader.load(null, Map.of(), settings).config();
    }

    private static void createTopics(StreambedConfig config) throws Exception {
        try (TopicAdmin admin = new TopicAdmin(config.kafka().admin())) {
            List<TopicSpec> specs = TopicsFile.read(config);
            for (TopicSpec spec : specs) {
                admin.create(spec);
            }
            admin.awaitPresent(specs);
        }
    }

    private static void publish(TestBroker broker, String tenant, int from, int to) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = from; i < to; i++) {
                String id = tenant + "-" + i;
                String value = "{\"id\":\"" + id + "\",\"text\":\"the text of number " + i + "\",\"customer\":\""
                        + tenant + "\"}";
                var unused = producer.send(new ProducerRecord<>("documents", id, value));
            }
        }
    }

    private static DriftSnapshot drift(Service service) {
        DriftSnapshot drift = service.drift();
        assertThat(drift).isNotNull();
        return drift;
    }

    private static Optional<DriftSnapshot.Tenant> tenant(Service service, String tenant) {
        return drift(service).tenants().stream()
                .filter(one -> one.name().equals(tenant))
                .findFirst();
    }

    private static String phase(Service service, String tenant) {
        return tenant(service, tenant).map(DriftSnapshot.Tenant::phase).orElse("unknown");
    }

    private static double taken(SimpleMeterRegistry registry) {
        return registry.get("streambed.drift.vectors")
                .tags("outcome", "taken")
                .functionCounter()
                .count();
    }

    private static void await(BooleanSupplier condition) {
        boolean unused = Eventually.eventually("what is waited for", condition::getAsBoolean, is -> is);
    }
}

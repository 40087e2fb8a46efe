package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class PublishCommandTest {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static StreambedConfig config;
    private static EchoService service;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(directory, 0);
        config = ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of("kafka.bootstrap.servers", new ConfigValue(broker.bootstrapServers(), "test")))
                .config();
        TopicsCommand.createMissing(config);
        service = new EchoService(config);
    }

    @AfterAll
    static void stop() {
        service.close();
        broker.close();
    }

    @Test
    void endsWithOneLineOfJsonOnceEveryOutcomeHasCome() throws Exception {
        Path file = Files.write(
                directory.resolve("documents.jsonl"),
                IntStream.rangeClosed(1, 500)
                        .mapToObj(i -> i % 10 == 0
                                ? "{\"id\":\"d" + i + "\",\"type\":\"delete\"}"
                                : "{\"id\":\"d" + i + "\",\"text\":\"text " + i + "\"}")
                        .toList());

        int exit = publish(file.toString(), "--wait", "--json");

        assertThat(terminal.err()).isEmpty();
        assertThat(exit).isZero();
        JsonNode line = new ObjectMapper().readTree(terminal.lastLine());
        assertThat(line.fieldNames())
                .toIterable()
                .containsExactly("published", "outcomes", "seconds", "documentsPerSecond", "latencyMillis");
        assertThat(line.get("published").asInt()).isEqualTo(500);
        assertThat(line.get("outcomes")).hasToString("{\"INDEXED\":450,\"DELETED\":50}");
        assertThat(line.get("seconds").asDouble()).isPositive();
        assertThat(line.get("documentsPerSecond").asDouble()).isPositive();
        assertThat(line.get("latencyMillis").fieldNames()).toIterable().containsExactly("p50", "p90", "p99");
        assertThat(line.get("latencyMillis").get("p99").asDouble())
                .isGreaterThanOrEqualTo(line.get("latencyMillis").get("p50").asDouble())
                .isPositive();
    }

    @Test
    void anUnwantedOutcomeIsNamedAndIsExitCodeOneUnlessAllowed() {
        String lines = "{\"id\":\"good\",\"text\":\"x\"}\n{\"id\":\"bad\",\"text\":\"\"}\n";

        assertThat(terminal.input(lines).run(args("-", "--wait"))).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("REJECTED bad: empty-text, the text is empty\n");
        assertThat(terminal.out())
                .contains("published 2 in")
                .contains("INDEXED")
                .contains("REJECTED");

        Terminal allowing = new Terminal().input(lines);
        assertThat(allowing.run(args("-", "--wait", "--allow", "rejected"))).isZero();
        assertThat(allowing.err()).isEmpty();
    }

    @Test
    void aMissingOutcomeIsExitCodeOne() {
        terminal.input("{\"id\":\"a\",\"text\":\"(silence)\"}\n{\"id\":\"b\",\"text\":\"x\"}\n");

        int exit = publish("-", "--wait", "--json", "--timeout", "2s");

        assertThat(exit).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("line 1: no outcome in time\n");
        assertThat(terminal.lastLine()).startsWith("{\"published\":2,\"outcomes\":{\"INDEXED\":1},");
    }

    @Test
    void linesThatCannotBeSentAreNamedAndTheOthersAreSent() {
        String tooLarge = "{\"id\":\"large\",\"text\":\"" + "x".repeat(5 << 20) + "\"}";
        terminal.input(String.join(
                "\n", "not json", "[1]", "{\"text\":\"no id\"}", tooLarge, "", "{\"id\":\"last\",\"text\":\"x\"}"));

        int exit = publish("-", "--wait", "--json");

        assertThat(exit).isEqualTo(1);
        assertThat(terminal.err())
                .contains("line 1: not JSON")
                .contains("line 2: not a JSON object")
                .contains("line 3: no id, which must be a string")
                .contains("line 4: not sent: ");
        assertThat(terminal.lastLine()).startsWith("{\"published\":1,\"outcomes\":{\"INDEXED\":1},");
    }

    @Test
    void withoutWaitItEndsWhenTheBrokerHasEverything() throws Exception {
        long before = records(config.topics().documentsBulk());
        terminal.input("{\"id\":\"a\",\"text\":\"(silence)\"}\n".repeat(1000));

        int exit = publish("-", "--bulk", "--json");

        assertThat(exit).isZero();
        assertThat(terminal.lastLine())
                .startsWith("{\"published\":1000,\"outcomes\":{},")
                .endsWith("\"latencyMillis\":{\"p50\":null,\"p90\":null,\"p99\":null}}");
        assertThat(records(config.topics().documentsBulk()) - before).isEqualTo(1000);
    }

    @Test
    void keepsToTheRate() throws Exception {
        terminal.input("{\"id\":\"a\",\"text\":\"x\"}\n".repeat(20));

        int exit = publish("-", "--rate", "100", "--json");

        assertThat(exit).isZero();
        // The 20th is due 190 ms after the first; how much later it is sent is the machine's affair.
        assertThat(new ObjectMapper()
                        .readTree(terminal.lastLine())
                        .get("seconds")
                        .asDouble())
                .isGreaterThanOrEqualTo(0.19);
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        assertThat(publish("/nowhere.jsonl")).isEqualTo(2);
        assertThat(publish("-", "--rate", "-1")).isEqualTo(2);
        assertThat(publish("-", "--timeout", "soon")).isEqualTo(2);
        assertThat(publish("-", "--allow", "WHATEVER")).isEqualTo(2);
    }

    private int publish(String... options) {
        return terminal.run(args(options));
    }

    private static String[] args(String... options) {
        List<String> args = new java.util.ArrayList<>(
                List.of("publish", "--set", "kafka.bootstrap.servers=" + broker.bootstrapServers()));
        args.addAll(List.of(options));
        return args.toArray(String[]::new);
    }

    private static long records(String topic) throws Exception {
        try (Admin admin = Admin.create(config.kafka().admin())) {
            Map<TopicPartition, OffsetSpec> ends = new java.util.HashMap<>();
            int partitions = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
            for (int i = 0; i < partitions; i++) {
                ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
    }
}

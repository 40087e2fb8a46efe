package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void createsWhatIsMissingAndNamesWhatDiffersWithoutChangingIt() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Terminal dry = new Terminal();
            assertThat(topics(dry, broker, "--dry-run")).isZero();
            assertThat(dry.out()).contains("missing  team.documents ").contains("8 partitions");
            assertThat(admin.listTopics().names().get()).isEmpty();

            Terminal first = new Terminal();
            assertThat(topics(first, broker)).isZero();
            assertThat(first.out()).contains("created  team.embeddings.minilm").doesNotContain("missing");
            assertThat(admin.listTopics().names().get())
                    .containsExactlyInAnyOrder(
                            "team.documents",
                            "team.documents.bulk",
                            "team.embeddings.minilm",
                            "team.completions",
                            "team.dead-letters",
                            "team.drift.minilm");

            Terminal second = new Terminal();
            assertThat(topics(second, broker)).isZero();
            assertThat(second.out().lines()).hasSize(6).allMatch(line -> line.startsWith("ok "));

            ConfigResource documents = new ConfigResource(ConfigResource.Type.TOPIC, "team.documents");
            admin.incrementalAlterConfigs(Map.of(
                            documents,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            admin.createPartitions(Map.of("team.completions", NewPartitions.increaseTo(9)))
                    .all()
                    .get();
            Terminal third = new Terminal();
            assertThat(topics(third, broker)).isEqualTo(1);
            assertThat(third.out())
                    .contains("differs  team.documents\n           retention.ms is 1000, should be 604800000\n")
                    .contains("differs  team.completions\n           partitions is 9, should be 8\n")
                    .contains("ok       team.dead-letters\n");
            assertThat(admin.describeConfigs(List.of(documents)).all().get().values())
                    .singleElement()
                    .satisfies(config -> assertThat(config.entries())
                            .anyMatch(entry -> entry.name().equals("retention.ms") && "1000".equals(entry.value())));
        }
    }

    @Test
    void saysThatKafkaDoesNotAnswer() {
        Terminal terminal = new Terminal();

        int exit = terminal.run(
                "topics",
                "--set",
                "kafka.bootstrap.servers=127.0.0.1:1",
                "--set",
                "kafka.request.timeout.ms=500",
                "--set",
                "kafka.default.api.timeout.ms=500");

        assertThat(exit).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("streambed: Kafka does not answer in time: ")
                .doesNotContain("\tat ");
    }

    private static int topics(Terminal terminal, EmbeddedBroker broker, String... options) {
        return terminal.run(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "topics",
                                "--set",
                                "topics.prefix=team.",
                                "--set",
                                "kafka.bootstrap.servers=" + broker.bootstrapServers()),
                        java.util.Arrays.stream(options))
                .toArray(String[]::new));
    }
}

package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Outcome;
import dev.streambed.observe.trace.Tracing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two stages in processes of their own. */
class SpineRolesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void embedGoesOnWithoutIndexWhichCatchesUp() throws IOException {
        try (Spine spine = Spine.start(directory);
                Producing producing = spine.producing();
                AnswerBook answers = spine.answers();
                ServiceProcess embed = spine.service("--role", "embed").awaitReady()) {
            String event = producing.send("documents", "apart", "{\"id\":\"apart\",\"text\":\"Two processes.\"}");
            String wrong = producing.send("documents", "wrong", "not JSON");
            assertThat(answers.await(wrong, PATIENCE).outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(embed.get("/metrics"))
                    .contains("streambed-minilm-embed")
                    .doesNotContain("streambed-minilm-index");
            assertThat(embed.get("/status"))
                    .contains("\"group\":\"streambed-minilm-embed\"", "\"outcome\":\"rejected\"", "\"slots\":")
                    .contains("\"ready\":true,\"holds\":[]", "\"code\":\"starting\"")
                    .doesNotContain("\"group\":\"streambed-minilm-index\"");

            try (ServiceProcess index = spine.service("--role", "index").awaitReady()) {
                assertThat(answers.await(event, PATIENCE).outcome()).isEqualTo(Outcome.INDEXED);
                assertThat(index.get("/status"))
                        .contains("\"outcome\":\"indexed\"", "\"type\":\"milvus\",\"held\":false")
                        .doesNotContain("\"group\":\"streambed-minilm-embed\"");
                Path file = spine.file("changes.jsonl", "{\"id\":\"published\",\"text\":\"A third one.\"}\n");
                assertThat(ServiceProcess.command(directory, spine.settings(), 0, "publish", file.toString(), "--wait"))
                        .contains("INDEXED");
                assertThat(index.terminate()).isZero();
            }
            assertThat(spine.rows()).containsOnlyKeys("apart#0", "published#0");
            assertThat(embed.terminate()).isZero();
        }
        assertThat(ServiceProcess.classesLoaded(directory))
                .as("without traces.endpoint nothing of OpenTelemetry is loaded, in neither role nor in publish")
                .contains(Tracing.class.getName(), "dev.streambed.cli.PublishCommand")
                .filteredOn(name -> name.startsWith("io.opentelemetry."))
                .isEmpty();
    }
}

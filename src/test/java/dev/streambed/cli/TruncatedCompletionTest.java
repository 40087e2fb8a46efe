package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.Services;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import dev.streambed.index.memory.MemoryIndex;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was cut off is said to the caller, all the way through both stages. */
class TruncatedCompletionTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void saysThatATextWasCutAndThatAnotherWasNot() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            StreambedConfig config = config(Map.of(
                    "kafka.bootstrap.servers", broker.bootstrapServers(),
                    "chunk.mode", "truncate",
                    "index.type", "memory",
                    "drift.enabled", "false",
                    "state.dir", directory.resolve("state").toString()));
            TopicsCommand.createMissing(config);
            try (Service service = Services.around(
                                    files -> new StubModel(0), engine -> new MemoryIndex(engine.dimension()))
                            .start(config, EnumSet.allOf(Role.class), new SimpleMeterRegistry());
                    EmbeddingClient client =
                            EmbeddingClient.connect(EmbeddingClientConfig.of(broker.bootstrapServers()))) {
                assertThat(service).isNotNull();
                Completion cut = client.submit(DocumentChange.upsert("long", "word ".repeat(300)))
                        .join();
                Completion whole =
                        client.submit(DocumentChange.upsert("short", "a word")).join();

                assertThat(cut.outcome()).isEqualTo(Outcome.INDEXED);
                assertThat(cut.chunks()).isEqualTo(1);
                assertThat(cut.truncated()).isTrue();
                assertThat(whole.outcome()).isEqualTo(Outcome.INDEXED);
                assertThat(whole.truncated()).isFalse();
            }
        }
    }

    private static StreambedConfig config(Map<String, String> settings) {
        Map<String, ConfigValue> values = new HashMap<>();
        settings.forEach((key, value) -> values.put(key, new ConfigValue(value, "test")));
        return ConfigLoader.load(null, Map.of(), values).config();
    }
}

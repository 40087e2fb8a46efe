package dev.streambed.index;

import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.Stage;
import dev.streambed.stage.StageOptions;
import dev.streambed.testing.Golden;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexTopologyTest {
    @Test
    void isDescribedInTheTopologyFolder() {
        StageOptions options = new StageOptions(
                "streambed-minilm-index",
                Map.of("embeddings.minilm", 1L),
                IndexTopology.INDEXED,
                1,
                Map.of("bootstrap.servers", "unused:1"),
                Path.of("unused"),
                "instance",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        Stage<IndexEvent, Indexed> stage = new IndexStage(
                        options,
                        "embeddings.minilm",
                        "completions",
                        "documents.bulk",
                        true,
                        "minilm",
                        new FakeWriter(),
                        "collection",
                        "fingerprint",
                        Tracing.OFF,
                        new SimpleMeterRegistry(),
                        Clock.systemUTC())
                .asynchronous();

        String description = IndexTopology.build(stage, "embeddings.minilm", "completions")
                .describe()
                .toString();

        Golden.compare("topology/index.txt", description);
    }
}

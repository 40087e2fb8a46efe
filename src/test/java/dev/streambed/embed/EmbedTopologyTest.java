package dev.streambed.embed;

import dev.streambed.document.DocumentLimits;
import dev.streambed.observe.drift.VectorObserver;
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

class EmbedTopologyTest {
    @Test
    void isDescribedInTheTopologyFolder() {
        EmbedTopics topics =
                new EmbedTopics("documents", "documents.bulk", "embeddings.minilm", "completions", "dead-letters");
        StageOptions options = new StageOptions(
                "streambed-minilm-embed",
                Map.of(topics.interactive(), 1L, topics.bulk(), 1L),
                EmbedTopology.HEADS,
                1,
                Map.of("bootstrap.servers", "unused:1"),
                Path.of("unused"),
                "instance",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        Stage<EmbedEvent, Head> stage = new EmbedStage(
                        options,
                        topics,
                        "minilm",
                        DocumentLimits.DEFAULTS,
                        new RecordLimits(1, 1, 1),
                        new FakeEngine(),
                        Tracing.OFF,
                        VectorObserver.NONE,
                        new SimpleMeterRegistry(),
                        Clock.systemUTC())
                .asynchronous(1);

        String description = EmbedTopology.build(stage, topics).describe().toString();

        Golden.compare("topology/embed.txt", description);
    }
}

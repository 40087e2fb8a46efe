package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.testing.TestMilvus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lost, or a new, collection is filled from the log; with the service as a user runs it. */
@Timeout(180)
class SpineRefillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory = Path.of("unset");

    @Test
    void aNewCollectionHasWhatTheOldOneHad() {
        try (Spine spine = Spine.start(directory);
                Producing producing = spine.producing();
                AnswerBook answers = spine.answers()) {
            ServiceProcess service = spine.service().awaitReady();
            List<String> events = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String text = "Number " + i + " of twenty. ".repeat(1 + 20 * (i % 3));
                events.add(producing.send(
                        "documents", "d" + i, "{\"id\":\"d" + i + "\",\"version\":3,\"text\":\"" + text + "\"}"));
            }
            answers.awaitAll(events, PATIENCE);
            events.add(producing.send("documents", "d7", null));
            answers.awaitAll(events, PATIENCE);
            Map<String, StoredRows.Stored> before = spine.rows();
            assertThat(before).isNotEmpty();
            assertThat(service.terminate()).isZero();

            spine.with("milvus.collection", TestMilvus.randomCollection());
            spine.with("drift.enabled", "false"); // its canary goes through the model at every start
            service = spine.service().awaitReady();
            String last = producing.send("documents", "last", "{\"id\":\"last\",\"text\":\"Behind all of it.\"}");
            answers.await(last, PATIENCE);

            Map<String, StoredRows.Stored> after = spine.rows();
            assertThat(after).containsAllEntriesOf(before).hasSize(before.size() + 1);
            assertThat(events).allMatch(event -> answers.of(event).size() == 1);
            assertThat(service.metric("streambed_embed_model_seconds_count")).isEqualTo(1);
            assertThat(service.terminate()).isZero();
        }
    }
}

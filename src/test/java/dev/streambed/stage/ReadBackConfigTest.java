package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

/** What the consumer that reads events in flight back must be, since a start waits for it task after task. */
class ReadBackConfigTest {
    private final Map<String, Object> config = Stage.readBackConfig(new StageOptions(
            "app",
            Map.of("bulk", 1L),
            "heads",
            2 << 20,
            Map.of("bootstrap.servers", "localhost:9092"),
            Path.of("state"),
            "one",
            Duration.ofSeconds(1),
            Duration.ofSeconds(1)));

    @Test
    void neverWaitsForRecordsThatAreNotThereYet() {
        assertThat(config).containsEntry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 0);
    }

    @Test
    void holdsNoMoreAtOnceThanAPoll() {
        assertThat(config).containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64);
        assertThat(config).containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
    }

    @Test
    void belongsToNoGroup() {
        assertThat(config).doesNotContainKeys(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    }
}

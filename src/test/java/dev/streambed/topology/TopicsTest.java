package dev.streambed.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** What topics.yaml must keep to, whoever tunes it. */
class TopicsTest {
    private static final long KIBI = 1024;
    private static final String LOG = "embeddings.${pipeline}";

    private final Map<String, JsonNode> topics = new LinkedHashMap<>();

    TopicsTest() {
        Contract.yaml("topics.yaml")
                .get("topics")
                .forEach(topic -> topics.put(topic.get("name").asText(), topic));
    }

    @Test
    void namesTheTopicsOfTheContract() {
        assertThat(topics.keySet())
                .containsExactly(
                        "documents", "documents.bulk", LOG, "completions", "dead-letters", "drift.${pipeline}");
    }

    @Test
    void coPartitionsTheLanes() {
        assertThat(partitions("documents")).isEqualTo(partitions("documents.bulk"));
    }

    @Test
    void setsOnlyWhatKafkaKnows() {
        topics.forEach((name, topic) -> {
            Map<String, String> config = new LinkedHashMap<>();
            topic.get("config")
                    .properties()
                    .forEach(
                            entry -> config.put(entry.getKey(), entry.getValue().asText()));

            assertThatCode(() -> LogConfig.validate(config)).as(name).doesNotThrowAnyException();
        });
    }

    @Test
    void countsTimeByTheBrokersClock() {
        assertThat(topics.values())
                .allSatisfy(topic -> assertThat(topic.get("config")
                                .get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                                .asText())
                        .isEqualTo("LogAppendTime"));
    }

    @Test
    void fitsTheLargestDocumentIntoOneRecordOfTheLog() {
        long vectors = 4096L * 384 * Float.BYTES;
        long text = KIBI * KIBI;
        long spans = 4096L * 64;
        long metadata = 3 * 64 * KIBI;
        long headers = 64 * KIBI;

        assertThat(number(LOG, TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                .isGreaterThanOrEqualTo(vectors + text + spans + metadata + headers);
    }

    @Test
    void fitsTheLargestRecordOfALaneIntoADeadLetter() {
        assertThat(number("documents", TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                .isEqualTo(number("documents.bulk", TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                .isLessThan(number("dead-letters", TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    }

    /** One record holds the 64 vectors of the canary; a component is a float with its byte of CBOR. */
    @Test
    void fitsTheCanarysReferenceIntoOneRecord() {
        assertThat(number("drift.${pipeline}", TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                .isGreaterThanOrEqualTo(64L * 8_192 * (Float.BYTES + 1) + 64 * KIBI);
    }

    @Test
    void keepsTheTombstoneWindow() {
        long window = number(LOG, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);

        assertThat(number(LOG, TopicConfig.DELETE_RETENTION_MS_CONFIG)).isEqualTo(window);
        assertThat(number(LOG, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG)).isGreaterThan(window);
        // An event that outlives the memory of a deletion could undo it.
        assertThat(number("documents", TopicConfig.RETENTION_MS_CONFIG)).isLessThanOrEqualTo(window);
        assertThat(number("documents.bulk", TopicConfig.RETENTION_MS_CONFIG)).isLessThanOrEqualTo(window);
    }

    private int partitions(String topic) {
        return topic(topic).get("partitions").asInt();
    }

    private long number(String topic, String key) {
        return topic(topic).get("config").get(key).asLong();
    }

    private JsonNode topic(String name) {
        JsonNode topic = topics.get(name);
        assertThat(topic).as(name).isNotNull();
        return topic;
    }
}

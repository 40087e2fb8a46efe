package dev.streambed.cli.service;

import dev.streambed.stage.KafkaAdvice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What the service must know of its topics before it starts. Each call to the brokers is given {@value #CALL_SECONDS} s. */
final class TopicFacts implements AutoCloseable {
    private static final long CALL_SECONDS = 30;

    private final Admin admin;

    TopicFacts(Map<String, Object> adminConfig) {
        this.admin = Admin.create(adminConfig);
    }

    /**
     * The largest record a topic takes, in bytes.
     *
     * @throws KafkaException if the topic is missing or the brokers do not answer
     */
    int maxMessageBytes(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<ConfigResource, Config> described =
                await(admin.describeConfigs(List.of(resource)).all(), topic);
        Config settings = Objects.requireNonNull(described.get(resource), "the broker described another topic");
        return Integer.parseInt(
                settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
    }

    /**
     * How many partitions a topic has.
     *
     * @throws KafkaException if the topic is missing or the brokers do not answer
     */
    int partitions(String topic) {
        Map<String, TopicDescription> described =
                await(admin.describeTopics(List.of(topic)).allTopicNames(), topic);
        return Objects.requireNonNull(described.get(topic), "the broker described another topic")
                .partitions()
                .size();
    }

    /**
     * Checks that a topic takes records of a size.
     *
     * @param why what needs it, for the message
     * @throws KafkaException if it does not
     */
    void requireRoom(String topic, long bytes, String why) {
        int limit = maxMessageBytes(topic);
        if (limit < bytes) {
            throw new KafkaException("topic " + topic + " takes records of " + limit + " bytes, but " + why + " needs "
                    + bytes + ": raise the topic's max.message.bytes, or lower the limit");
        }
    }

    private static <T> T await(KafkaFuture<T> answer, String topic) {
        try {
            return answer.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException(
                    "topic " + topic + " cannot be described: " + cause.getMessage() + KafkaAdvice.on(cause), cause);
        } catch (TimeoutException e) {
            throw new KafkaException("the brokers did not describe " + topic + " within " + CALL_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking about " + topic, e);
        }
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofSeconds(CALL_SECONDS));
    }
}

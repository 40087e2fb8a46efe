package dev.streambed.cli.service;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What the service must know of its topics before it starts. */
final class TopicFacts {
    private static final long CALL_SECONDS = 30;

    private TopicFacts() {}

    /**
     * The largest record a topic takes, in bytes.
     *
     * @throws KafkaException if the topic is missing or the brokers do not answer
     */
    static int maxMessageBytes(Map<String, Object> adminConfig, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(adminConfig)) {
            Map<ConfigResource, Config> described =
                    admin.describeConfigs(List.of(resource)).all().get(CALL_SECONDS, TimeUnit.SECONDS);
            Config settings = Objects.requireNonNull(described.get(resource), "the broker described another topic");
            return Integer.parseInt(
                    settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException(
                    "cannot read the settings of topic " + topic + " (run `streambed topics`): " + cause.getMessage(),
                    cause);
        } catch (TimeoutException e) {
            throw new KafkaException("the brokers did not describe " + topic + " within " + CALL_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking for the settings of " + topic, e);
        }
    }
}

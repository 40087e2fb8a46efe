package dev.streambed.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container, from Kafka's own image in the version of the clients; {@code -Dstreambed.test.kafka.image} names another
 * one. Owned by the test's thread.
 */
final class BrokerInContainer implements BrokerHost {
    private static final String OFFICIAL = "apache/kafka";
    private static final String IMAGE = "streambed.test.kafka.image";
    private static final int KAFKA_PORT = 9092;

    private final KafkaContainer container;

    private BrokerInContainer(KafkaContainer container) {
        this.container = container;
    }

    /**
     * Starts one, in seconds; the first time the image is fetched.
     *
     * @param settings broker properties; not listeners or directories
     */
    static BrokerInContainer start(Map<String, String> settings) {
        String image = System.getProperty(IMAGE, OFFICIAL + ":" + AppInfoParser.getVersion());
        KafkaContainer container =
                new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor(OFFICIAL));
        container.withEnv(environment(settings));
        // A port that Docker picks would be another one when the container is started again.
        container.setPortBindings(List.of("127.0.0.1:" + freePort() + ":" + KAFKA_PORT));
        container.start();
        return new BrokerInContainer(container);
    }

    /** As the image reads them: {@code message.max.bytes} is {@code KAFKA_MESSAGE_MAX_BYTES}. */
    private static Map<String, String> environment(Map<String, String> settings) {
        return settings.entrySet().stream()
                .collect(Collectors.toMap(
                        setting -> "KAFKA_" + setting.getKey().replace('.', '_').toUpperCase(Locale.ROOT),
                        Map.Entry::getValue));
    }

    private static int freePort() {
        try {
            return FreePorts.two()[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    /** As {@code kill -9}: the container's first process is a shell, which passes no signal on. */
    @Override
    public void stop() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void startAgain() {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        container.stop();
    }
}

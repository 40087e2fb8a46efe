package dev.streambed.cli.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.streambed.cli.config.StreambedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** {@code topology/topics.yaml}, as it travels in the jar. */
public final class TopicsFile {
    private static final String RESOURCE = "/dev/streambed/topology/topics.yaml";
    private static final ObjectMapper MAPPER = new YAMLMapper();

    private record File(List<Topic> topics) {}

    private record Topic(String name, int partitions, Map<String, String> config) {}

    private TopicsFile() {}

    /** The topics of a pipeline, in the order of the data. */
    public static List<TopicSpec> read(StreambedConfig config) {
        try (InputStream in = TopicsFile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return MAPPER.readValue(in, File.class).topics().stream()
                    .map(topic -> new TopicSpec(
                            config.topics().prefix()
                                    + topic.name()
                                            .replace(
                                                    "${pipeline}",
                                                    config.pipeline().name()),
                            topic.partitions(),
                            topic.config()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.streambed.stage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How one stage runs.
 *
 * @param applicationId the consumer group and the prefix of its changelogs
 * @param laneLimits input topics, each with the bytes in flight a stream thread may hold of it
 * @param headStore the name of the store of heads; part of a changelog's name
 * @param largestRecordBytes what the inputs take; of a record that unfolds to more, the bytes are left out: see {@link Omitted}
 * @param properties Kafka settings of the user, over the stage's own defaults
 * @param stateDirectory where the heads lie; never shared by two processes
 * @param instanceId static membership, unique within the group, stable across restarts
 * @param effectDeadline the longest one call with an effect outside Kafka takes; below the session timeout
 * @param closeTimeout how long a closing task waits for effects under way
 */
public record StageOptions(
        String applicationId,
        Map<String, Long> laneLimits,
        String headStore,
        int largestRecordBytes,
        Map<String, Object> properties,
        Path stateDirectory,
        String instanceId,
        Duration effectDeadline,
        Duration closeTimeout) {
    public StageOptions {
        laneLimits = Map.copyOf(laneLimits);
        properties = Map.copyOf(properties);
    }

    /** The topics it reads. */
    public Set<String> inputs() {
        return laneLimits.keySet();
    }

    /** Names the Kafka settings only: values may be secret. */
    @Override
    public String toString() {
        return "StageOptions[" + applicationId + ", lanes " + laneLimits + ", properties " + properties.keySet()
                + ", state in " + stateDirectory + ", instance " + instanceId + "]";
    }
}

package dev.streambed.observe.lag;

import java.util.List;
import java.util.function.Supplier;

/**
 * A consumer group whose lag is of interest.
 *
 * @param pipeline its pipeline
 * @param id the group's
 * @param role {@code embed} or {@code index}
 * @param inputs what it reads
 * @param pace how fast its worker here is; asked by the lag monitor's thread at every reading
 */
public record LagGroup(String pipeline, String id, String role, List<Input> inputs, Supplier<Pace> pace) {
    /**
     * A topic it reads.
     *
     * @param lane {@code interactive}, {@code bulk} or {@code log}
     */
    public record Input(String topic, String lane) {}

    public LagGroup {
        inputs = List.copyOf(inputs);
    }

    /** The same with a worker that is asked. */
    public LagGroup withPace(Supplier<Pace> other) {
        return new LagGroup(pipeline, id, role, inputs, other);
    }

    List<String> topics() {
        return inputs.stream().map(Input::topic).toList();
    }
}

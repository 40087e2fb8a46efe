package dev.streambed.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a stage waits, as the label {@code reason} of {@code streambed.hold}. A small set, and public: alerts name them. */
public enum HoldCode {
    /** The stage has not begun, or begins anew: a broker, a topic or the store is not there, or retention has passed the group by. */
    STARTING,
    /** Kafka Streams does not process: a rebalance, state that is restored, a stream thread that failed and is replaced. */
    NOT_RUNNING,
    /** A lane has as many bytes in flight as it may: what waits behind it is lag. Usual in a backlog. */
    GATE_FULL,
    /** The embedding service does not answer. */
    EMBEDDER_UNAVAILABLE,
    /** The embedding service wants fewer calls. */
    EMBEDDER_THROTTLED,
    /** The embedding service refuses everything: token, address or model. It needs a person. */
    EMBEDDER_REFUSED,
    /** A batch does not come back from the model. Only a restart helps. */
    EMBEDDER_STUCK,
    /** The store is away, overloaded, or still loading. */
    STORE_TRANSIENT,
    /** The store refuses everything: quota, disk, schema, privilege. It needs a person. */
    STORE_STOPPED;

    /** As the label's value. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Those that a stage can have.
     *
     * @param stage {@code embed} or {@code index}
     */
    public static List<HoldCode> of(String stage) {
        String others = stage.equals("embed") ? "STORE_" : "EMBEDDER_";
        return Arrays.stream(values())
                .filter(code -> !code.name().startsWith(others))
                .toList();
    }
}

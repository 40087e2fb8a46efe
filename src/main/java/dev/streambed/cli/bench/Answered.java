package dev.streambed.cli.bench;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Timings;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Documents that were sent and answered.
 *
 * @param all one a document
 */
record Answered(List<One> all) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * One of them.
     *
     * @param nanos from the moment at which it should have been sent to its answer
     * @param completion the answer
     */
    record One(long nanos, Completion completion) {}

    Answered {
        all = List.copyOf(all);
    }

    /** These and those. */
    Answered and(Answered others) {
        return new Answered(Stream.concat(all.stream(), others.all.stream()).toList());
    }

    /** The later ones, by the moment of sending. */
    Answered secondHalf() {
        return new Answered(all.subList(all.size() / 2, all.size()));
    }

    Latencies latencies() {
        return Latencies.ofNanos(all.stream().mapToLong(One::nanos).toArray());
    }

    /** The median of the time in the model, milliseconds, which completions give as whole ones; of a long document that of its longest batch. */
    double embedMillis() {
        return median(Timings::embedMillis);
    }

    /** The median of the time from INDEX's arrival to the store's acknowledgement, likewise. */
    double indexMillis() {
        return median(Timings::indexMillis);
    }

    private double median(ToLongFunction<Timings> step) {
        return Latencies.ofNanos(all.stream()
                        .mapToLong(one -> step.applyAsLong(one.completion().timings()) * NANOS_PER_MILLI)
                        .toArray())
                .p50();
    }
}

package dev.streambed.observe.trace;

import org.jspecify.annotations.Nullable;

/** Where traces begin and go on in this process. Thread-safe; no method but {@link #close} blocks, none throws. */
public interface Tracing extends AutoCloseable {
    /** No traces. */
    Tracing OFF = new Tracing() {
        @Override
        public TraceSpan begin(SpanName name, String target, @Nullable String traceparent) {
            return NoSpan.NONE;
        }

        @Override
        public TraceSpan resume(SpanName name, String target, @Nullable String traceparent) {
            return NoSpan.NONE;
        }

        @Override
        public void close() {}
    };

    /**
     * Goes on with a trace; where there is none, begins one, or not, as the sampling has it.
     *
     * @param traceparent the W3C header as it came, from anybody: one that cannot be read counts as none; null for none
     * @return records where the header says so, or by the ratio where there is none. One that was left out by the ratio does not
     *     record, but has a {@link TraceSpan#traceparent} that says so, for who sends it on to the next one who would ask the ratio
     */
    TraceSpan begin(SpanName name, String target, @Nullable String traceparent);

    /** Goes on with a trace that is recorded; {@link NoSpan#NONE} where there is none. */
    TraceSpan resume(SpanName name, String target, @Nullable String traceparent);

    /** Sends what has ended, for at most two seconds. */
    @Override
    void close();
}

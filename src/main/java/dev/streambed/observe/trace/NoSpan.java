package dev.streambed.observe.trace;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Records nothing, at no cost: no method allocates.
 *
 * @param traceparent what was decided about the trace, for who sends it on, or null where there is none
 */
public record NoSpan(@Nullable String traceparent) implements TraceSpan {
    /** Of what is not traced: all that hangs on it is not either. */
    public static final TraceSpan NONE = new NoSpan(null);

    @Override
    public boolean isRecording() {
        return false;
    }

    @Override
    public TraceSpan child(SpanName name, String target) {
        return this;
    }

    @Override
    public TraceSpan child(SpanName name, String target, Collection<TraceSpan> all) {
        return this;
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, @Nullable String value) {
        return this;
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, long value) {
        return this;
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, boolean value) {
        return this;
    }

    @Override
    public TraceSpan failed(String errorType) {
        return this;
    }

    @Override
    public void end() {}
}

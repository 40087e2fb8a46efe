package dev.streambed.observe.trace;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work in a trace, or {@link NoSpan#NONE}. Any thread may use it, also another than began it; no method blocks or throws.
 *
 * <p>It is exported once it is ended. One that is never ended is forgotten: that is how work that was given up, and belongs to the next
 * owner of its partition, leaves no trace.
 */
public interface TraceSpan {
    /** Whether anything comes of what it is told: spares the caller to gather it. */
    boolean isRecording();

    /** The W3C header for whoever goes on with the trace; null for {@link NoSpan#NONE}. */
    @Nullable
    String traceparent();

    /** Begins a part of this. */
    TraceSpan child(SpanName name, String target);

    /**
     * Begins a part of this that is a part of others as well.
     *
     * @param all that it is linked to, this one among them; each but this gets a link back
     */
    TraceSpan child(SpanName name, String target, Collection<TraceSpan> all);

    /** An attribute; null sets none. */
    TraceSpan set(SpanAttribute attribute, @Nullable String value);

    /** An attribute. */
    TraceSpan set(SpanAttribute attribute, long value);

    /** An attribute. */
    TraceSpan set(SpanAttribute attribute, boolean value);

    /**
     * It failed; to be ended all the same.
     *
     * @param errorType of few values: a code or a class
     */
    TraceSpan failed(String errorType);

    /** It is over; what it is told afterwards is lost. */
    void end();

    /** The header to send on: this one's where it records, else that which came. */
    default @Nullable String traceparentOr(@Nullable String own) {
        return isRecording() ? traceparent() : own;
    }

    /** What to do when the record that this is about is sent, or null. */
    default @Nullable Runnable whenSent() {
        return isRecording() ? this::end : null;
    }
}

package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;

/** Told while a run goes on; called from several threads, must be quick. */
public interface PublishListener {
    /** One more event is through: answered, or acknowledged where outcomes are not awaited. */
    default void done() {}

    /** An outcome nobody wants. */
    default void unwanted(Completion completion) {}

    /** An event was not sent, or its outcome did not come. */
    default void failed(long line, String problem) {}
}

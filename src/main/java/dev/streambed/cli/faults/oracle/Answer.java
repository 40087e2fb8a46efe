package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * One completion as the suite saw it.
 *
 * @param documentId of the document it speaks of, or null where it names none
 * @param outcome what it says
 * @param reason why, where it says so
 * @param version of the document, or null
 * @param chunks rows it says there are
 * @param appendedAtMillis when the broker wrote it, epoch milliseconds
 */
public record Answer(
        @Nullable String documentId,
        Outcome outcome,
        @Nullable ReasonCode reason,
        @Nullable Long version,
        int chunks,
        long appendedAtMillis) {}

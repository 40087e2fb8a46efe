package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * One completion as the suite saw it.
 *
 * @param outcome what it says
 * @param reason why, where it says so
 * @param version of the document, or null
 * @param chunks rows it says there are
 * @param appendedAtMillis when the broker wrote it, epoch milliseconds
 */
public record Answer(
        Outcome outcome,
        @Nullable ReasonCode reason,
        @Nullable Long version,
        int chunks,
        long appendedAtMillis) {}

package dev.streambed.index;

import java.time.Duration;

/**
 * The bounds of a {@link CoalescingIndexWriter}. What is queued is bounded by its caller.
 *
 * @param maxRows in one call, 1..10,000; a call of deletions takes as many ids
 * @param maxBytes in one call, about: vectors, texts and metadata as they are in memory. A row larger than that goes alone
 * @param lingerBytes from so many on what lingers is enough for a call, 1 or more. Less than what its caller lets wait at a time, or it
 *     would wait for what cannot come
 * @param calls in flight, and so worker threads, 1..16
 * @param closeTimeout how long closing waits for the calls under way
 */
public record WriterOptions(int maxRows, long maxBytes, long lingerBytes, int calls, Duration closeTimeout) {
    /** 500 rows, 2 MB, 3 calls, 5 seconds. */
    public static final WriterOptions DEFAULT = new WriterOptions(500, 2_000_000, 3, Duration.ofSeconds(5));

    public WriterOptions {
        require(maxRows >= 1 && maxRows <= 10_000, "maxRows", maxRows, "1..10000");
        require(maxBytes >= 1, "maxBytes", maxBytes, "1 or more");
        require(lingerBytes >= 1, "lingerBytes", lingerBytes, "1 or more");
        require(calls >= 1 && calls <= 16, "calls", calls, "1..16");
        require(!closeTimeout.isNegative(), "closeTimeout", closeTimeout, "0 or more");
    }

    /** What lingers is enough when it fills a call. */
    public WriterOptions(int maxRows, long maxBytes, int calls, Duration closeTimeout) {
        this(maxRows, maxBytes, maxBytes, calls, closeTimeout);
    }

    private static void require(boolean fine, String name, Object value, String range) {
        if (!fine) {
            throw new IllegalArgumentException(name + " is " + value + ": " + range);
        }
    }
}

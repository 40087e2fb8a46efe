package dev.streambed.cli.faults;

import java.util.Random;

/** A seed a run, new each time unless one is given, and printed. */
final class Seeds {
    private Seeds() {}

    /** The one that {@code -Dstreambed.seed} names, or a new one. */
    static long next(String who) {
        long seed = Long.getLong("streambed.seed", new Random().nextInt(1_000_000_000));
        System.out.println(who + ": seed " + seed + " (-Dstreambed.seed=" + seed + ")");
        return seed;
    }
}

package dev.streambed.observe.lag;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How long a group may lag in a topic before it misses something.
 *
 * @param millis {@code Long.MAX_VALUE}: for ever
 */
record Retention(long millis) {
    /**
     * From the topic's settings. Where it deletes, {@code retention.ms}. Where it compacts, the tombstone window: the shorter of
     * {@code min.compaction.lag.ms}, within which no version is missed, and {@code delete.retention.ms}, within which no deletion is. Where it
     * does both, the shorter of the two.
     */
    static Retention of(Config config) {
        String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        long millis = Long.MAX_VALUE;
        if (policy.contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
            millis = number(config, TopicConfig.RETENTION_MS_CONFIG);
        }
        if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            millis = Math.min(millis, number(config, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG));
            millis = Math.min(millis, number(config, TopicConfig.DELETE_RETENTION_MS_CONFIG));
        }
        return new Retention(millis);
    }

    /** The share of it that an age is; beyond 1 something may be gone. A topic that keeps nothing is overdue as soon as there is a lag. */
    double ratioOf(double ageSeconds) {
        return millis == Long.MAX_VALUE || ageSeconds == 0 ? 0 : ageSeconds * 1000 / Math.max(1, millis);
    }

    private static long number(Config config, String name) {
        long number = Long.parseLong(value(config, name));
        return number < 0 ? Long.MAX_VALUE : number;
    }

    private static String value(Config config, String name) {
        return config.get(name).value();
    }
}

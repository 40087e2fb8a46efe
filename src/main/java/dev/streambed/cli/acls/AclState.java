package dev.streambed.cli.acls;

import org.apache.kafka.common.acl.AclBinding;

/**
 * How a permission in Kafka compares with the file.
 *
 * @param binding the permission
 * @param verdict what is to be said of it
 */
public record AclState(AclBinding binding, Verdict verdict) {
    /** What is to be said of a permission. */
    public enum Verdict {
        /** Listed, and there. */
        OK,
        /** Listed, and not there. */
        MISSING,
        /** There for a principal of ours on a resource of ours, and not listed. */
        EXTRA
    }
}

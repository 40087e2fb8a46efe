package dev.streambed.cli.acls;

import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * One operation that a role needs on one resource.
 *
 * @param role its name in the file
 * @param resource placeholders filled in
 * @param operation what is allowed
 * @param reason what it is needed for
 */
public record Permission(String role, ResourcePattern resource, AclOperation operation, String reason) {
    private static final String ANY_HOST = "*";

    /**
     * As Kafka has it.
     *
     * @param principal {@code User:name}
     */
    public AclBinding grantedTo(String principal) {
        return new AclBinding(
                resource, new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW));
    }
}

package dev.streambed.index.milvus;

import dev.streambed.index.IndexException;
import io.milvus.v2.service.rbac.request.CreateRoleReq;
import io.milvus.v2.service.rbac.request.DescribeRoleReq;
import io.milvus.v2.service.rbac.request.DescribeUserReq;
import io.milvus.v2.service.rbac.request.GrantPrivilegeReq;
import io.milvus.v2.service.rbac.request.GrantRoleReq;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Roles of a Milvus of 2.3 or later: what they may, and who has them. Takes nothing away. Each call blocks for the deadline at most. */
public final class MilvusRoles implements AutoCloseable {
    private final MilvusConnection connection;

    /** @param options of somebody who may grant; the collection is not looked at */
    public MilvusRoles(MilvusOptions options) {
        this.connection = new MilvusConnection(options);
    }

    /** What a role may; nothing where there is none of that name. */
    public Set<MilvusGrant> grants(String role) throws IndexException {
        if (!connection.call("list the roles", client -> client.listRoles()).contains(role)) {
            return Set.of();
        }
        return connection.call(
                "describe the role " + role,
                client -> client
                        .describeRole(DescribeRoleReq.builder().roleName(role).build())
                        .getGrantInfos()
                        .stream()
                        .map(info -> new MilvusGrant(info.getObjectType(), info.getObjectName(), info.getPrivilege()))
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    /** The roles of a user. */
    public List<String> rolesOf(String user) throws IndexException {
        return List.copyOf(connection.call(
                "describe the user " + user,
                client -> client.describeUser(
                                DescribeUserReq.builder().userName(user).build())
                        .getRoles()));
    }

    /** Makes the role where it is missing, and lets it do these things. */
    public void grant(String role, List<MilvusGrant> grants) throws IndexException {
        connection.<Void>call("grant to the role " + role, client -> {
            if (!client.listRoles().contains(role)) {
                client.createRole(CreateRoleReq.builder().roleName(role).build());
            }
            for (MilvusGrant grant : grants) {
                client.grantPrivilege(GrantPrivilegeReq.builder()
                        .roleName(role)
                        .objectType(grant.objectType())
                        .objectName(grant.objectName())
                        .privilege(grant.privilege())
                        .build());
            }
            return null;
        });
    }

    /** Gives a user, who must be there, a role. */
    public void give(String user, String role) throws IndexException {
        connection.<Void>call("give " + user + " the role " + role, client -> {
            client.grantRole(
                    GrantRoleReq.builder().userName(user).roleName(role).build());
            return null;
        });
    }

    @Override
    public void close() {
        connection.close();
    }
}

package dev.streambed.testing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own authorizer, which also remembers what it decided. Made by the broker, by name: hence the static memory. Thread-safe. */
public final class RecordingAuthorizer extends StandardAuthorizer {
    private static final Set<Decision> DECISIONS = ConcurrentHashMap.newKeySet();

    /**
     * What somebody wanted to do, and could not go without.
     *
     * @param principal {@code User:name}
     * @param resource the topic's or group's name
     */
    public record Decision(
            String principal, AclOperation operation, ResourceType type, String resource, boolean allowed) {}

    /** All decisions since the last {@link #forget}, each once. */
    public static Set<Decision> decisions() {
        return Set.copyOf(DECISIONS);
    }

    public static void forget() {
        DECISIONS.clear();
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            // Where a refusal is not worth a line in the broker's log, it only asks what it may tell or which way to
            // go.
            if (action.logIfDenied()) {
                DECISIONS.add(new Decision(
                        context.principal().toString(),
                        action.operation(),
                        action.resourcePattern().resourceType(),
                        action.resourcePattern().name(),
                        results.get(i) == AuthorizationResult.ALLOWED));
            }
        }
        return results;
    }
}

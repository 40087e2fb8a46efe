package dev.streambed.cli.acls;

import dev.streambed.cli.acls.AclState.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * Compares the permissions in Kafka with the file, and grants what is missing. Kafka does not say who made a permission, so what is not listed counts
 * as one of ours gone astray only where principal and resource are both ours; it is taken away by {@link #revoke} alone. Each call waits 30 s at most.
 */
public final class AclAdmin implements AutoCloseable {
    private static final int CALL_MILLIS = 30_000;

    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Admin admin;

    /**
     * Connects when it is first asked something.
     *
     * @param settings of an admin client
     */
    public AclAdmin(Map<String, Object> settings) {
        Map<String, Object> bounded = new HashMap<>(settings);
        bounded.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        this.admin = Admin.create(bounded);
    }

    /**
     * How each permission compares: those listed in their order, then the extra ones.
     *
     * @param roles what each role needs, every role of the file
     * @param principals of some of the roles, by role
     * @throws ExecutionException if the broker refuses to tell
     */
    public List<AclState> compare(Map<String, List<Permission>> roles, Map<String, List<String>> principals)
            throws ExecutionException, TimeoutException, InterruptedException {
        Set<AclBinding> wanted = new LinkedHashSet<>();
        principals.forEach((role, names) -> names.forEach(name ->
                roles.getOrDefault(role, List.of()).forEach(permission -> wanted.add(permission.grantedTo(name)))));
        Set<ResourcePattern> ours = roles.values().stream()
                .flatMap(List::stream)
                .map(Permission::resource)
                .collect(Collectors.toSet());
        Set<String> names = principals.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        Set<AclBinding> present = present();
        List<AclState> states = new ArrayList<>();
        wanted.forEach(
                binding -> states.add(new AclState(binding, present.contains(binding) ? Verdict.OK : Verdict.MISSING)));
        present.stream()
                .filter(binding -> !wanted.contains(binding)
                        && ours.contains(binding.pattern())
                        && names.contains(binding.entry().principal()))
                .sorted(Comparator.comparing(AclBinding::toString))
                .forEach(binding -> states.add(new AclState(binding, Verdict.EXTRA)));
        return states;
    }

    /** Grants, and waits until the broker that answers knows of it; what is there already is no error. */
    public void grant(Collection<AclBinding> bindings)
            throws ExecutionException, TimeoutException, InterruptedException {
        get(admin.createAcls(bindings).all());
        awaitKnown(present -> present.containsAll(bindings));
    }

    /** Takes away, and waits likewise; what is gone already is no error. */
    public void revoke(Collection<AclBinding> bindings)
            throws ExecutionException, TimeoutException, InterruptedException {
        get(admin.deleteAcls(bindings.stream().map(AclBinding::toFilter).toList())
                .all());
        awaitKnown(present -> bindings.stream().noneMatch(present::contains));
    }

    private void awaitKnown(Predicate<Set<AclBinding>> known)
            throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CALL_MILLIS);
        while (!known.test(present())) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the broker does not know of the permissions that were changed");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private Set<AclBinding> present() throws ExecutionException, TimeoutException, InterruptedException {
        return new HashSet<>(get(admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    @Override
    public void close() {
        admin.close(java.time.Duration.ofMillis(CALL_MILLIS));
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(CALL_MILLIS, TimeUnit.MILLISECONDS);
    }
}

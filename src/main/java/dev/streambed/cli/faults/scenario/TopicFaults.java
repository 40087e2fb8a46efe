package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.service.Role;
import dev.streambed.completion.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The topics are not as they must be. */
final class TopicFaults {
    private static final int EVENTS = 600;
    private static final int DOCUMENTS = 300;
    private static final String PASSWORD = "a-password-of-this-run";

    private TopicFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "broker.too-large",
                        "the log's max.message.bytes is lowered under a running service, and a document comes that is larger",
                        "that document alone is REJECTED, its version before stays, and nothing else stops",
                        Setup.PLAIN
                                .withStubOnly()
                                .withService("limits.max-document-bytes", "20kB")
                                .allowing(Outcome.REJECTED),
                        TopicFaults::tooLarge),
                new Scenario(
                        "broker.topic-missing",
                        "a topic is missing at the start, and later another is deleted under the running service",
                        "it says so, waits, and goes on when the topic is there",
                        Setup.PLAIN.withStubOnly(),
                        TopicFaults::missing),
                new Scenario(
                        "broker.denied",
                        "writing the log, or the completions, is forbidden for a while",
                        "it says so, loses nothing, and goes on when it is allowed again",
                        secured().withStubOnly(),
                        TopicFaults::denied),
                new Scenario(
                        "broker.retention",
                        "retention takes events that a stopped group has not read",
                        "it says which, and does nothing until an operator has moved the group past them",
                        Setup.PLAIN.withStubOnly(),
                        TopicFaults::retention));
    }

    private static Setup secured() {
        String module = "org.apache.kafka.common.security.plain.PlainLoginModule required";
        return Setup.PLAIN
                .withBroker(
                        "listener.security.protocol.map",
                        "BROKER:PLAINTEXT,PROXIED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT")
                .withBroker("listener.name.proxied.sasl.enabled.mechanisms", "PLAIN")
                .withBroker(
                        "listener.name.proxied.plain.sasl.jaas.config", module + " user_service=\"" + PASSWORD + "\";")
                .withBroker("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withBroker("super.users", "User:ANONYMOUS")
                .withService("kafka.security.protocol", "SASL_PLAINTEXT")
                .withService("kafka.sasl.mechanism", "PLAIN")
                .withService("kafka.sasl.jaas.config", module + " username=\"service\" password=\"" + PASSWORD + "\";");
    }

    private static void tooLarge(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed()
                .burst(List.of(
                        lab.workload().update("large-document", lab.workload().content(8))));
        lab.awaitAnswered(1);
        lab.feed().burst(lab.workload().next(EVENTS / 3, DOCUMENTS));
        lab.awaitAnswered(50);
        // More than any of the workload's documents makes, and more than the service promises to take.
        lab.cluster().set(lab.config().embeddingsTopic(), "max.message.bytes", "24000");
        lab.mayRepeat(service);
        Change large = lab.workload().update("large-document", lab.workload().content(2_500));
        lab.feed().burst(List.of(large));
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 40);
        Patience.await(
                "the large document has its answer",
                Lab.PATIENCE,
                () -> !lab.answers().of(large.eventId()).isEmpty(),
                service::readiness);
        lab.expect(
                "it is " + lab.answers().of(large.eventId()),
                lab.answers().of(large.eventId()).get(0).outcome() == Outcome.REJECTED);
        Patience.await("it is ready", Lab.PATIENCE, service::isReady, service::readiness);
        lab.feed().awaitSent(Lab.PATIENCE);
        lab.awaitAnswered(lab.feed().count());
        List<String> rejected = lab.feed().acknowledged().stream()
                .filter(change -> change.broken() == null && isRejected(lab, change))
                .map(Change::eventId)
                .toList();
        lab.expect("rejected, and nothing wrong with them: " + rejected, rejected.equals(List.of(large.eventId())));
    }

    private static boolean isRejected(Lab lab, Change change) {
        return lab.answers().of(change.eventId()).stream().anyMatch(answer -> answer.outcome() == Outcome.REJECTED);
    }

    private static void missing(Lab lab) throws Exception {
        String deadLetters = lab.config().topics().deadLetters();
        String log = lab.config().embeddingsTopic();
        lab.cluster().deleteTopic(log);
        ServiceProcess service = lab.start(lab.plan());
        lab.feed().burst(lab.workload().next(EVENTS / 3, DOCUMENTS));
        awaitSaid(service, log);
        lab.createTopics();
        service.awaitReady();
        lab.awaitAnswered(50);

        // What was in it is not what this is about.
        lab.mayRepeat(service);
        lab.cluster().deleteTopic(deadLetters);
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 40);
        awaitSaid(service, deadLetters);
        lab.pause(Duration.ZERO, Duration.ofSeconds(3));
        lab.createTopics();
        Patience.await("it is ready again", Lab.PATIENCE, service::isReady, service::readiness);
    }

    /** It is not ready, and the reason names this. */
    private static void awaitSaid(ServiceProcess service, String name) {
        Patience.await(
                "not being ready because of " + name,
                Lab.PATIENCE,
                () -> !service.isReady() && service.readiness().contains(name),
                () -> ", but " + service.readiness());
    }

    private static void denied(Lab lab) {
        for (ResourceType type : List.of(ResourceType.TOPIC, ResourceType.GROUP)) {
            lab.cluster()
                    .add(List.of(
                            rule(type, ResourcePattern.WILDCARD_RESOURCE, AclOperation.ALL, AclPermissionType.ALLOW)));
        }
        lab.cluster()
                .add(List.of(rule(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALL, AclPermissionType.ALLOW)));
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.keepBusy(EVENTS / 3, DOCUMENTS);
        lab.awaitAnswered(30);
        String log = lab.config().embeddingsTopic();
        String completions = lab.config().topics().completions();
        for (String topic : lab.random().nextBoolean() ? List.of(log, completions) : List.of(completions, log)) {
            lab.keepBusy(EVENTS / 3, DOCUMENTS);
            lab.mayRepeat(service);
            AclBinding denial = rule(ResourceType.TOPIC, topic, AclOperation.WRITE, AclPermissionType.DENY);
            lab.cluster().add(List.of(denial));
            try {
                awaitSaid(service, topic);
                lab.pause(Duration.ZERO, Duration.ofSeconds(4));
            } finally {
                lab.cluster().remove(denial);
            }
            Patience.await("it is ready again", Lab.PATIENCE, service::isReady, service::readiness);
        }
    }

    private static AclBinding rule(
            ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:service", "*", operation, permission));
    }

    private static void retention(Lab lab) {
        String group = Role.EMBED.group(lab.config()).id();
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().burst(lab.workload().next(EVENTS / 3, DOCUMENTS));
        lab.awaitAnswered(EVENTS / 3);
        int exit = service.process().terminate();
        lab.expect("SIGTERM ended it with " + exit, exit == 0);

        lab.feed().burst(lab.workload().next(EVENTS / 3, DOCUMENTS));
        Map<TopicPartition, Long> committed = lab.cluster().committed(group);
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition partition : List.copyOf(committed.keySet())) {
            long end = lab.cluster().ends(partition.topic()).getOrDefault(partition, 0L);
            long unread = end - committed.getOrDefault(partition, 0L);
            if (unread > 1 && lab.random().nextInt(3) > 0) {
                starts.put(partition, end - lab.random().nextInt((int) unread));
            }
        }
        lab.expect("nothing was unread", !starts.isEmpty());
        lab.cluster().deleteBefore(starts);
        lab.excuse(starts);

        int answered = lab.answers().answered();
        service = lab.start(lab.plan());
        for (TopicPartition partition : starts.keySet()) {
            awaitSaid(service, partition.toString());
        }
        lab.pause(Duration.ofSeconds(1), Duration.ofSeconds(4));
        lab.expect("it went on without a word of the operator", lab.answers().answered() == answered);
        // As its words say: kafka-consumer-groups --reset-offsets --to-earliest.
        lab.cluster().commit(group, starts);
        service.awaitReady();
    }
}

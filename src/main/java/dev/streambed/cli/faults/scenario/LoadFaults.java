package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Change.Content;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** More than can be done. */
final class LoadFaults {
    /** Ten times what the stub does of these documents in a second, with its two slots. */
    private static final int FLOOD_A_SECOND = 1_200;

    /** At least so many times is asserted: what is superseded or unchanged costs the stub nothing, and is answered too. */
    private static final int FACTOR = 8;

    /** Half of what the stub does. */
    private static final double STEADY_A_SECOND = 60;

    private static final Duration STEADY = Duration.ofSeconds(30);

    private static final int WORDS = 20;
    private static final int CONTENTS = 1_000;
    private static final int DOCUMENTS = 20_000;
    private static final int IDLE_EVENTS = 80;

    /** The first idle ones, which wait for what a JVM does once. */
    private static final int COLD_EVENTS = 20;

    private static final double IDLE_A_SECOND = 5;
    private static final double INTERACTIVE_A_SECOND = 3;
    private static final Duration SAMPLE = Duration.ofMillis(500);
    private static final long IN_FLIGHT_BYTES = 256 << 10;
    private static final int MAX_POLL_RECORDS = 64;

    /** What an event counts beside its value: key, headers, and what the gate adds for the objects. */
    private static final int EVENT_OVERHEAD_BYTES = 1 << 10;

    private LoadFaults() {}

    static List<Scenario> all() {
        // A small gate, so that what is in flight at the end is finished within the shutdown.
        Setup setup = Setup.PLAIN.withStubOnly().withService("embed.in-flight-bytes", IN_FLIGHT_BYTES + "B");
        String fault = "ten times what it can do on the bulk lane, and a trickle on the interactive one, for ";
        String expectation =
                "memory within 1.2 times that under half the load it can bear, lag grows, the bound of the gate holds,"
                        + " nothing is evicted, interactive latency within 5 times idle";
        return List.of(
                new Scenario(
                        "load.overload",
                        fault + "a minute",
                        expectation,
                        setup,
                        lab -> overload(lab, Duration.ofMinutes(1))),
                new Scenario(
                                "load.overload-long",
                                fault + "half an hour",
                                expectation,
                                setup,
                                lab -> overload(lab, Duration.ofMinutes(30)))
                        .onlyByName());
    }

    /**
     * All of the heap is resident from the start. Otherwise the collector lets it grow to its limit within some minutes, by garbage that it does
     * not need to collect before, under a steady load as under any other; what is held against the steady load is then what lies outside.
     */
    private static List<String> jvmWithWholeHeap() {
        return ServiceProcess.Plan.JVM.stream()
                .flatMap(option -> option.startsWith("-Xmx")
                        ? Stream.of(option, option.replace("-Xmx", "-Xms"), "-XX:+AlwaysPreTouch")
                        : Stream.of(option))
                .toList();
    }

    private static void overload(Lab lab, Duration duration) {
        ServiceProcess service =
                lab.start(lab.plan().withJvm(jvmWithWholeHeap())).awaitReady();
        lab.leaveBacklog();
        List<Content> contents = Stream.generate(() -> lab.workload().content(WORDS))
                .limit(CONTENTS)
                .toList();

        List<Change> idle = interactive(lab, contents, "idle", IDLE_EVENTS);
        lab.feed().trickle(idle, IDLE_A_SECOND);
        lab.awaitAnswered(idle.size());

        List<Change> half = changes(lab, contents, "steady", (int) (STEADY.toSeconds() * STEADY_A_SECOND), true);
        lab.feed().trickle(half, STEADY_A_SECOND);
        Samples steady = watch(lab, service, STEADY, largest(half));
        lab.awaitAnswered(idle.size() + half.size());

        int rebalancesBefore = rebalances(service);
        List<Change> flood = flood(lab, contents, (int) (duration.toSeconds() * FLOOD_A_SECOND));
        List<Change> asked = interactive(lab, contents, "asked", (int) (duration.toSeconds() * INTERACTIVE_A_SECOND));
        int sentBefore = lab.feed().count();
        int answeredBefore = lab.answers().answered();
        lab.feed().trickle(flood, FLOOD_A_SECOND);
        lab.feed().trickle(asked, INTERACTIVE_A_SECOND);
        Samples samples = watch(lab, service, duration, largest(flood));
        int answers = lab.answers().answered() - answeredBefore;
        int sent = lab.feed().count() - sentBefore;
        lab.expect(
                answers + " answers to " + sent + " events: not a load of " + FACTOR + " times",
                answers * FACTOR <= sent);
        samples.expectMemoryAsUnder(steady, lab);
        samples.expectGrowingLag(lab);
        lab.expect(
                rebalances(service) - rebalancesBefore + " rebalances under load",
                rebalances(service) == rebalancesBefore);
        Patience.await(
                "every interactive event is answered",
                Lab.PATIENCE,
                () -> lab.answers()
                        .unanswered(asked.stream().map(Change::eventId))
                        .isEmpty());
        Latencies before = Latencies.of(lab.feed().sent(), lab.answers(), ids(idle.subList(COLD_EVENTS, idle.size())));
        Latencies under = Latencies.of(lab.feed().sent(), lab.answers(), ids(asked));
        lab.slowed(before.quantile(0.99), under.quantile(0.99));
        for (double share : new double[] {0.5, 0.99}) {
            lab.expect(
                    "interactive latency is " + under + "; idle it was " + before,
                    under.quantile(share) <= 5 * before.quantile(share));
        }
    }

    private static Samples watch(Lab lab, ServiceProcess service, Duration duration, int largestBytes) {
        long bound = IN_FLIGHT_BYTES + (long) MAX_POLL_RECORDS * (largestBytes + EVENT_OVERHEAD_BYTES);
        String bulk = lab.config().topics().documentsBulk();
        List<Long> resident = new ArrayList<>();
        List<Double> lag = new ArrayList<>();
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            resident.add(service.process().residentBytes());
            lag.add(service.metric("streambed_lag_records"));
            double inFlight = service.metric("streambed_stage_in_flight_bytes", "topic", bulk);
            if (inFlight > bound) {
                lab.unbounded(inFlight + " bytes in flight on the bulk lane; at most " + bound);
            }
            Patience.last(SAMPLE);
        }
        return new Samples(resident, lag);
    }

    private static List<Change> flood(Lab lab, List<Content> contents, int changes) {
        List<Change> flood = new ArrayList<>(changes);
        for (int i = 0; i < changes; i++) {
            flood.add(Change.of(
                    "flood-" + i,
                    i,
                    true,
                    "flood-" + lab.random().nextInt(DOCUMENTS),
                    null,
                    contents.get(lab.random().nextInt(contents.size()))));
        }
        return flood;
    }

    private static List<Change> interactive(Lab lab, List<Content> contents, String name, int changes) {
        return changes(lab, contents, name, changes, false);
    }

    /** Each of a document of its own, on the interactive lane or by turns on both. */
    private static List<Change> changes(Lab lab, List<Content> contents, String name, int count, boolean bothLanes) {
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Content content = contents.get(lab.random().nextInt(contents.size()));
            changes.add(Change.of(name + "-" + i, i, bothLanes && i % 2 == 0, name + "-" + i, null, content));
        }
        return changes;
    }

    private static int largest(List<Change> changes) {
        return changes.stream().mapToInt(change -> change.value().length).max().orElse(0);
    }

    private static Set<String> ids(List<Change> changes) {
        return changes.stream().map(Change::eventId).collect(Collectors.toSet());
    }

    /** How often a stage of it has stopped for a rebalance. */
    private static int rebalances(ServiceProcess service) {
        return (int) service.process()
                .output()
                .lines()
                .filter(line -> line.contains("RUNNING -> REBALANCING"))
                .count();
    }
}

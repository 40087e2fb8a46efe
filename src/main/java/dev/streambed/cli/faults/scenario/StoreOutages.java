package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import java.time.Duration;
import java.util.List;

/** The store takes nothing for a while. */
final class StoreOutages {
    private static final int EVENTS = 500;
    private static final String HELD =
            "holds and says why, stays in its group while EMBED goes on, and writes again within 5 s";
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(10);

    private StoreOutages() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "store.kill",
                        "Milvus is killed amid upserts, and comes back",
                        HELD,
                        Setup.PLAIN,
                        StoreOutages::kill),
                new Scenario(
                        "store.hang",
                        "Milvus accepts every call and answers none",
                        HELD,
                        Setup.PLAIN,
                        lab -> outage(lab, new Fault.Hang(Scope.ALL), "no answer within the deadline", "TRANSIENT")),
                refusal("rate-limit", 8, "rate limit exceeded", "Milvus says 8", "TRANSIENT"),
                refusal("memory", 3, "memory quota exceeded", "Its memory is full", "STOPPED"),
                refusal("disk", 7, "disk quota exceeded", "Its disk quota is used up", "STOPPED"),
                refusal("quota", 9, "force deny", "It denies writes", "STOPPED"),
                refusal("schema", 105, "schema mismatch", "schema is not the one expected", "STOPPED"),
                refusal("privilege", 1401, "permission denied", "Correct milvus.token", "STOPPED"),
                new Scenario(
                        "store.auth",
                        "Milvus takes the credentials for none, whatever is asked",
                        HELD + "; no document is blamed",
                        Setup.PLAIN,
                        lab -> outage(
                                lab,
                                new Fault.Fail(Fault.RpcStatus.UNAUTHENTICATED, Scope.ALL),
                                "Correct milvus.token",
                                "STOPPED")),
                new Scenario(
                        "store.down",
                        "no answer or no server for longer than max.poll.interval.ms",
                        HELD,
                        Setup.PLAIN.withService("kafka.max.poll.interval.ms", "20000"),
                        StoreOutages::downForLong));
    }

    private static Scenario refusal(String name, int code, String words, String said, String kind) {
        return new Scenario(
                "store." + name,
                "Milvus refuses every write with code " + code + ", " + words,
                HELD + "; no document is blamed",
                Setup.PLAIN,
                lab -> outage(lab, new Fault.Refuse(code, words), said, kind));
    }

    private static void outage(Lab lab, Fault fault, String said, String kind) {
        new Outage(() -> lab.store().inject(fault), lab.store()::pass, SHORT, LONG, said, "held (" + kind)
                .play(lab, EVENTS);
    }

    private static void kill(Lab lab) {
        // It takes its time to start, and must have something to write when it is back.
        new Outage(
                        lab.milvus()::kill,
                        lab.milvus()::startAgain,
                        Duration.ofSeconds(1),
                        SHORT,
                        "index holds",
                        "held (TRANSIENT")
                .play(lab, 3 * EVENTS);
    }

    private static void downForLong(Lab lab) {
        Fault fault = lab.random().nextBoolean()
                ? new Fault.Hang(Scope.ALL)
                : new Fault.Fail(Fault.RpcStatus.UNAVAILABLE, Scope.ALL);
        new Outage(
                        () -> lab.store().inject(fault),
                        lab.store()::pass,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(40),
                        "index holds",
                        "held (TRANSIENT")
                .play(lab, 2 * EVENTS);
    }
}

package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import java.util.List;

/** Nothing is disturbed: what the suite finds here is a defect of the service or of the suite itself. */
final class Undisturbed {
    private static final int EVENTS = 1_000;
    private static final int DOCUMENTS = 300;

    private Undisturbed() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("control.none", "nothing", "each event is answered once", Setup.PLAIN, Undisturbed::play));
    }

    private static void play(Lab lab) {
        var unused = lab.start(lab.plan()).awaitReady();
        lab.feed().burst(lab.workload().next(EVENTS, DOCUMENTS));
        lab.awaitAnswered(EVENTS);
    }
}

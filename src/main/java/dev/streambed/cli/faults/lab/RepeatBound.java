package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.process.ServiceProcess;

/**
 * How many answers of a run may come twice: the sum over its faults. Owned by the run's thread.
 *
 * <p>What a stage does again after a fault, whoever goes on, is what its ledger names or what lies past its committed offsets. Either is an
 * event that was accepted and is not retired: a live one, which the stage counts. Done again, it makes for one more answer at most: an event
 * of EMBED by one more record of the log, which INDEX answers, or by an answer of EMBED's own; an event of INDEX by an answer. One that is live
 * in both stages is counted in both, and may be answered twice more.
 *
 * <p>The live ones are counted a moment before the fault. What a stage accepts in that moment comes with the next poll of its only stream
 * thread, which returns {@value #MAX_POLL_RECORDS} records of all its lanes at most. Where a fault works on a stage later, or for longer, that
 * is room for what is accepted meanwhile less what is retired; what is not answered before the stage ends is no repeat when it is answered.
 */
final class RepeatBound {
    /** The service's max.poll.records. */
    private static final int MAX_POLL_RECORDS = 64;

    private int answers;

    /** A fault is about to hit this service. */
    void fault(ServiceProcess service) {
        add((int) service.eventsInFlight() + service.roles().size() * MAX_POLL_RECORDS);
    }

    /** So many more, by a derivation of the scenario's own. */
    void add(int more) {
        answers += more;
    }

    int answers() {
        return answers;
    }
}

package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Outcome;
import dev.streambed.index.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges the answers: is there one, is it one that is allowed, and did it come when it was true? Not thread-safe. */
final class AnswerJudge {
    static final Set<Outcome> DONE = EnumSet.of(Outcome.INDEXED, Outcome.UNCHANGED, Outcome.DELETED);
    static final Set<Outcome> REFUSED = EnumSet.of(Outcome.FAILED, Outcome.REJECTED, Outcome.EXPIRED);

    /** Room for the broker's and the proxy's clocks, which are one clock read at two moments. */
    private static final long CLOCK_MILLIS = 2;

    private final Answers answers;
    private final Acknowledgements acknowledged;
    private final Set<Outcome> failuresAllowed;
    private final Charges charges;

    /**
     * @param failuresAllowed outcomes of sound changes that the run's faults explain
     */
    AnswerJudge(Answers answers, Acknowledgements acknowledged, Set<Outcome> failuresAllowed, Charges charges) {
        this.answers = answers;
        this.acknowledged = acknowledged;
        this.failuresAllowed = failuresAllowed;
        this.charges = charges;
    }

    /** Judges what was answered to one change. */
    void judge(Change change) {
        List<Answer> all = answers.of(change.eventId());
        if (all.isEmpty()) {
            charges.add(Charges.Kind.LOST, 1, change.eventId() + " (" + change.documentId() + ") has no answer");
            return;
        }
        Set<Outcome> outcomes = all.stream().map(Answer::outcome).collect(Collectors.toSet());
        if (change.broken() != null) {
            if (!outcomes.equals(Set.of(Outcome.REJECTED))) {
                wrong(change.eventId() + " is broken, and was answered " + outcomes);
            }
            return;
        }
        Set<Outcome> failures = EnumSet.copyOf(outcomes);
        failures.retainAll(REFUSED);
        failures.removeAll(failuresAllowed);
        if (!failures.isEmpty()) {
            wrong(change.eventId() + " was answered " + failures);
        }
        Set<Outcome> kinds = EnumSet.copyOf(outcomes);
        kinds.remove(Outcome.SUPERSEDED);
        if (kinds.size() > 1 && !(DONE.containsAll(kinds) && !kinds.contains(Outcome.DELETED))) {
            wrong(change.eventId() + " has answers that contradict each other: " + outcomes);
        }
        all.forEach(answer -> judgeTime(change, answer));
    }

    /** The newest change of a document is never superseded. */
    void judgeNewest(List<Change> newestFirst) {
        Change newest = newestFirst.get(0);
        List<Answer> all = answers.of(newest.eventId());
        boolean superseded = !all.isEmpty() && all.get(0).outcome() == Outcome.SUPERSEDED;
        if (superseded) {
            wrong(newest.eventId() + " is the newest change of " + newest.documentId() + ", and was called superseded");
        }
    }

    /** Ready means ready. */
    private void judgeTime(Change change, Answer answer) {
        if (!DONE.contains(answer.outcome())) {
            return;
        }
        long at = answer.appendedAtMillis() + CLOCK_MILLIS;
        String first = Row.idOf(change.documentId(), 0);
        Long version = answer.version();
        boolean ready =
                switch (answer.outcome()) {
                    case INDEXED -> version != null && isIndexed(change, answer.chunks(), version, at);
                    case UNCHANGED -> acknowledged.versionAt(first, at) >= 0;
                    default -> {
                        long there = acknowledged.versionAt(first, at);
                        yield there < 0 || (version != null && there > version);
                    }
                };
        if (!ready) {
            early(change.eventId() + " (" + change.documentId() + " version " + version + ") was called "
                    + answer.outcome() + " before the store acknowledged it");
        }
    }

    private boolean isIndexed(Change change, int chunks, long version, long at) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            String row = Row.idOf(change.documentId(), chunk);
            if (!acknowledged.holdsVersion(row, version, at) && !acknowledged.wasDeleted(row, at)) {
                return false;
            }
        }
        return true;
    }

    private void early(String message) {
        charges.add(Charges.Kind.EARLY, 1, message);
    }

    private void wrong(String message) {
        charges.add(Charges.Kind.WRONG, 1, message);
    }
}

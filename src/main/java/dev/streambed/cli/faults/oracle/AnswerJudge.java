package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Outcome;
import dev.streambed.index.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
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

    /**
     * Judges what was answered to one change.
     *
     * @param ofDocument all sound changes of its document
     */
    void judge(Change change, List<Change> ofDocument) {
        List<Answer> all = answers.of(change.eventId());
        if (all.isEmpty()) {
            charges.add(Charges.Kind.LOST, 1, change.eventId() + " (" + change.documentId() + ") has no answer");
            return;
        }
        Set<Outcome> outcomes = all.stream().map(Answer::outcome).collect(Collectors.toSet());
        for (Answer answer : all) {
            String documentId = answer.documentId();
            if (documentId != null && !documentId.equals(change.documentId())) {
                wrong(change.eventId() + " is of " + change.documentId() + ", and was answered for " + documentId);
            }
        }
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
        if (outcomes.contains(Outcome.DELETED) != change.isDeletion()
                && DONE.stream().anyMatch(outcomes::contains)) {
            wrong(change.eventId() + (change.isDeletion() ? " is" : " is no") + " deletion, and was answered "
                    + outcomes);
        }
        all.stream().filter(answer -> DONE.contains(answer.outcome())).forEach(answer -> {
            if (change.version() != null && !change.version().equals(answer.version())) {
                wrong(change.eventId() + " is version " + change.version() + ", and was answered " + answer.outcome()
                        + " as version " + answer.version());
            }
        });
        judgeTimes(change, all, ofDocument);
    }

    /** Answers to what nobody sent. */
    void judgeStrangers(Set<String> sent) {
        answers.eventIds().stream()
                .filter(eventId -> !sent.contains(eventId))
                .forEach(eventId -> wrong(eventId + " was never sent, and has an answer"));
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

    /**
     * Ready means ready. Once a deletion has rightly been called done, a repeat of that is no promise: after a crash the log is read again from
     * before what the store holds by then, and that may be a row of a later record.
     */
    private void judgeTimes(Change change, List<Answer> all, List<Change> ofDocument) {
        long deletedAt = -1;
        for (Answer answer : all) {
            if (DONE.contains(answer.outcome())) {
                boolean ready = isReady(change, answer, ofDocument);
                boolean deletion = answer.outcome() == Outcome.DELETED;
                if (!ready && !(deletion && deletedAt >= 0 && isWrittenSince(change, answer, deletedAt))) {
                    early(change.eventId() + " (" + change.documentId() + " version " + answer.version()
                            + ") was called " + answer.outcome() + " before the store acknowledged it");
                }
                if (ready && deletion && deletedAt < 0) {
                    deletedAt = answer.appendedAtMillis() + CLOCK_MILLIS;
                }
            }
        }
    }

    /** Whether each row there has a version that it had not had when the deletion was done: what was deleted may not come back. */
    private boolean isWrittenSince(Change change, Answer answer, long deletedAt) {
        long at = answer.appendedAtMillis() + CLOCK_MILLIS;
        for (int chunk = 0; acknowledged.knows(Row.idOf(change.documentId(), chunk)); chunk++) {
            String row = Row.idOf(change.documentId(), chunk);
            if (acknowledged.had(row, acknowledged.versionAt(row, at), deletedAt)) {
                return false;
            }
        }
        return true;
    }

    private boolean isReady(Change change, Answer answer, List<Change> ofDocument) {
        long at = answer.appendedAtMillis() + CLOCK_MILLIS;
        Long version = answer.version();
        return version != null
                && switch (answer.outcome()) {
                    case INDEXED -> isIndexed(change, answer.chunks(), version, at);
                    case UNCHANGED -> isThere(change, version, ofDocument, at);
                    default -> isDeleted(change, version, at);
                };
    }

    private boolean isIndexed(Change change, int chunks, long version, long at) {
        return isIndexed(change.documentId(), chunks, version, at);
    }

    private boolean isIndexed(String documentId, int chunks, long version, long at) {
        for (int chunk = 0; chunk < chunks; chunk++) {
            if (!acknowledged.holdsVersion(Row.idOf(documentId, chunk), version, at)) {
                return false;
            }
        }
        return chunks > 0;
    }

    /** The same for a document of which nothing is known but the answer to its only event. */
    void judgeIndexed(String eventId, String documentId, Answer answer) {
        Long version = answer.version();
        if (version == null
                || !isIndexed(documentId, answer.chunks(), version, answer.appendedAtMillis() + CLOCK_MILLIS)) {
            early(eventId + " (" + documentId + " version " + version
                    + ") was called INDEXED before the store acknowledged it");
        }
    }

    /** The store holds equal content, or a version that is newer: one that no change of other content is known to have. */
    private boolean isThere(Change change, long version, List<Change> ofDocument, long at) {
        long there = acknowledged.versionAt(Row.idOf(change.documentId(), 0), at);
        if (there < 0) {
            return false;
        }
        if (there > version) {
            return true;
        }
        List<Change> ofThatVersion = ofDocument.stream()
                .filter(other -> versionsOf(other).contains(there))
                .toList();
        return ofThatVersion.isEmpty()
                || ofThatVersion.stream().anyMatch(other -> Objects.equals(other.content(), change.content()));
    }

    /** Its own, or those that the pipeline counted for it. */
    private Set<Long> versionsOf(Change change) {
        if (change.version() != null) {
            return Set.of(change.version());
        }
        return answers.of(change.eventId()).stream()
                .filter(answer -> DONE.contains(answer.outcome()))
                .map(Answer::version)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** None of the rows it ever had is there any more, but for those of a newer version. */
    private boolean isDeleted(Change change, long version, long at) {
        for (int chunk = 0; acknowledged.knows(Row.idOf(change.documentId(), chunk)); chunk++) {
            long there = acknowledged.versionAt(Row.idOf(change.documentId(), chunk), at);
            if (there >= 0 && there <= version) {
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

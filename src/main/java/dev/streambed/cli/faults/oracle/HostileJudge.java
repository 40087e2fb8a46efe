package dev.streambed.cli.faults.oracle;

import dev.streambed.cli.faults.oracle.HostileEvent.Verdict;
import dev.streambed.completion.Outcome;
import dev.streambed.index.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges what became of hostile events: their answers, and whether the store agrees with them. Not thread-safe. */
final class HostileJudge {
    private static final Set<Outcome> STORED = EnumSet.of(Outcome.INDEXED, Outcome.UNCHANGED);
    private static final Set<Outcome> DONE = EnumSet.of(Outcome.INDEXED, Outcome.UNCHANGED, Outcome.DELETED);

    private final Answers answers;
    private final AnswerJudge answerJudge;
    private final StoreJudge storeJudge;
    private final Charges charges;

    HostileJudge(Answers answers, AnswerJudge answerJudge, StoreJudge storeJudge, Charges charges) {
        this.answers = answers;
        this.answerJudge = answerJudge;
        this.storeJudge = storeJudge;
        this.charges = charges;
    }

    /**
     * Judges one.
     *
     * @param stored the rows of each document
     */
    void judge(HostileEvent event, Map<String, List<Row>> stored) {
        String name = event.eventId() + " (" + event.what() + ")";
        List<Answer> all = answers.of(String.valueOf(event.eventId()));
        Set<Outcome> outcomes = all.stream().map(Answer::outcome).collect(Collectors.toSet());
        if (outcomes.isEmpty()) {
            charges.add(Charges.Kind.LOST, 1, name + " has no answer");
            return;
        }
        boolean right =
                switch (event.verdict()) {
                    case REJECTED -> outcomes.equals(Set.of(Outcome.REJECTED));
                    case DONE -> DONE.containsAll(outcomes);
                    case ANSWERED -> outcomes.size() == 1;
                };
        if (!right) {
            charges.add(Charges.Kind.WRONG, 1, name + " was answered " + outcomes + ", not " + wanted(event.verdict()));
        }
        List<Row> there = event.documentId()
                .map(documentId -> stored.getOrDefault(documentId, List.of()))
                .orElse(List.of());
        int rows = there.size();
        if (rows == 1) {
            storeJudge.judgeVector(there.get(0));
        }
        event.documentId()
                .ifPresent(documentId -> all.stream()
                        .filter(answer -> answer.outcome() == Outcome.INDEXED)
                        .forEach(answer -> answerJudge.judgeIndexed(name, documentId, answer)));
        boolean mustBeThere = outcomes.stream().anyMatch(STORED::contains);
        charges.add(Charges.Kind.STALE, mustBeThere ? 0 : rows, name + " was answered " + outcomes + " and has rows");
        charges.add(
                Charges.Kind.LOST,
                mustBeThere && rows == 0 ? 1 : 0,
                name + " was answered " + outcomes + " and has no row");
    }

    private static String wanted(Verdict verdict) {
        return verdict == Verdict.ANSWERED ? "in one way" : verdict.name();
    }
}

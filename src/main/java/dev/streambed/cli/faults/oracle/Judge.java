package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Outcome;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.index.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds what was answered and stored against what was sent. Its one method may be called from any thread. */
public final class Judge {
    private Judge() {}

    /**
     * Judges a run at its end.
     *
     * @param sent what must have been answered
     * @param attempted the ids of all events that were sent, whether or not the broker acknowledged them
     * @param hostile what was sent beside it that is no change
     * @param failuresAllowed outcomes of sound changes that the run's faults explain
     * @param engine makes the vectors that must be in the store
     * @param rows all rows of the store
     */
    public static Findings judge(
            List<Change> sent,
            Set<String> attempted,
            List<HostileEvent> hostile,
            Answers answers,
            Acknowledgements acknowledged,
            Set<Outcome> failuresAllowed,
            EmbeddingEngine engine,
            List<Row> rows) {
        Charges charges = new Charges();
        AnswerJudge answerJudge = new AnswerJudge(answers, acknowledged, failuresAllowed, charges);
        StoreJudge storeJudge = new StoreJudge(answers, engine, charges);
        Map<String, List<Change>> byDocument = sent.stream()
                .filter(change -> change.broken() == null)
                .collect(Collectors.groupingBy(Change::documentId));
        sent.forEach(change -> answerJudge.judge(change, byDocument.getOrDefault(change.documentId(), List.of())));
        answerJudge.judgeStrangers(attempted);
        Map<String, List<Row>> stored = rows.stream().collect(Collectors.groupingBy(Row::documentId));
        byDocument.forEach((documentId, changes) -> {
            List<Change> newestFirst = new ArrayList<>(changes);
            newestFirst.sort(Comparator.comparingLong(Change::order).reversed());
            answerJudge.judgeNewest(newestFirst);
            storeJudge.judge(newestFirst, stored.getOrDefault(documentId, List.of()));
        });
        HostileJudge hostileJudge = new HostileJudge(answers, answerJudge, storeJudge, charges);
        hostile.forEach(event -> hostileJudge.judge(event, stored));
        Set<String> hostileDocuments =
                hostile.stream().flatMap(event -> event.documentId().stream()).collect(Collectors.toSet());
        stored.forEach((documentId, strangers) -> {
            if (!byDocument.containsKey(documentId) && !hostileDocuments.contains(documentId)) {
                charges.add(Charges.Kind.STALE, strangers.size(), documentId + " should not be there");
            }
        });
        return charges.findings(answers.repeats());
    }
}

package dev.streambed.cli.faults.oracle;

import dev.streambed.cli.faults.oracle.Change.Content;
import dev.streambed.completion.Outcome;
import dev.streambed.embed.EmbeddedText;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.Lane;
import dev.streambed.index.Row;
import dev.streambed.log.EmbeddedChunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges the store: each document must be there as its newest change that was done says, in every field and with its vectors, and
 * nothing else. One that FAILED, EXPIRED or was REJECTED leaves the version before it. Not thread-safe.
 */
final class StoreJudge {
    private static final double SAME = 0.9999;

    private final Answers answers;
    private final EmbeddingEngine engine;
    private final Charges charges;

    /**
     * @param engine makes the vectors that must be there
     */
    StoreJudge(Answers answers, EmbeddingEngine engine, Charges charges) {
        this.answers = answers;
        this.engine = engine;
        this.charges = charges;
    }

    /**
     * Judges one document.
     *
     * @param newestFirst its changes, sound ones
     * @param rows its rows
     */
    void judge(List<Change> newestFirst, List<Row> rows) {
        List<Change> candidates = candidates(newestFirst);
        boolean mustBeThere = candidates.stream().anyMatch(this::isSurelyDone);
        if (rows.isEmpty() && !mustBeThere) {
            return; // everything may have been refused, from the first change on
        }
        String documentId = newestFirst.get(0).documentId();
        Comparison closest = candidates.stream()
                .map(candidate -> compare(candidate, newestFirst, rows))
                .min(Comparator.comparingInt(comparison -> comparison.lost() + comparison.stale()))
                .orElse(new Comparison(0, rows.size(), "no change of it was done, and it has rows"));
        charges.add(Charges.Kind.LOST, closest.lost(), documentId + ": " + closest.why());
        charges.add(Charges.Kind.STALE, closest.stale(), documentId + ": " + closest.why());
    }

    /** A row of a document of which nothing is known but that it is short: its vector must be that of its text. */
    void judgeVector(Row row) {
        List<EmbeddedChunk> chunks = engine.embed(row.text(), Lane.BULK).join().chunks();
        if (chunks.size() != 1 || !(cosine(row.vector(), chunks.get(0).vector()) > SAME)) {
            charges.add(
                    Charges.Kind.STALE,
                    1,
                    row.documentId() + ": row " + row.chunk() + " has not the vector of its text");
        }
    }

    /** Those that may be the last one done, newest first: from the first that surely was, nothing older counts. */
    private List<Change> candidates(List<Change> newestFirst) {
        List<Change> candidates = new ArrayList<>();
        for (Change change : newestFirst) {
            Set<Outcome> outcomes = outcomes(change);
            // Without an answer it is lost already; what it would have done is the best guess.
            if (outcomes.isEmpty() || outcomes.stream().anyMatch(AnswerJudge.DONE::contains)) {
                candidates.add(change);
            }
            if (isSurelyDone(change)) {
                break;
            }
        }
        return candidates;
    }

    private boolean isSurelyDone(Change change) {
        Set<Outcome> outcomes = outcomes(change);
        return outcomes.stream().anyMatch(AnswerJudge.DONE::contains)
                && outcomes.stream().noneMatch(AnswerJudge.REFUSED::contains);
    }

    private Set<Outcome> outcomes(Change change) {
        return answers.of(change.eventId()).stream().map(Answer::outcome).collect(Collectors.toSet());
    }

    private record Comparison(int lost, int stale, String why) {}

    private Comparison compare(Change expected, List<Change> all, List<Row> rows) {
        Content content = expected.content();
        if (content == null) {
            return new Comparison(0, rows.size(), "it was deleted by " + expected.eventId() + ", and has rows");
        }
        EmbeddedText embedded = engine.embed(content.text(), Lane.BULK).join();
        Map<Integer, List<Row>> byChunk = rows.stream().collect(Collectors.groupingBy(Row::chunk));
        int missing = 0;
        int wrongRows = 0;
        String why = "";
        for (int number = 0; number < embedded.chunks().size(); number++) {
            List<Row> there = byChunk.getOrDefault(number, List.of());
            if (there.isEmpty()) {
                missing++;
                why = "row " + number + " of " + expected.eventId() + " is missing";
            } else if (there.size() > 1
                    || !isRight(there.get(0), content, embedded.chunks().get(number), all)) {
                wrongRows++;
                why = "row " + number + " is not that of " + expected.eventId() + " but of version "
                        + there.get(0).version() + ", " + there.size() + " times";
            }
        }
        int beyond = (int) rows.stream()
                .filter(row -> row.chunk() >= embedded.chunks().size())
                .count();
        if (beyond > 0) {
            why = beyond + " rows beyond the " + embedded.chunks().size() + " of " + expected.eventId();
        }
        return new Comparison(missing, wrongRows + beyond, why);
    }

    private static boolean isRight(Row row, Content content, EmbeddedChunk chunk, List<Change> all) {
        return row.text().equals(content.text().substring(chunk.start(), chunk.end()))
                && content.title().equals(row.title())
                && row.metadata().equals(Map.of("mark", content.mark()))
                && all.stream()
                        .filter(change -> content.equals(change.content()))
                        .anyMatch(change -> change.version() == null || change.version() == row.version())
                && cosine(row.vector(), chunk.vector()) > SAME;
    }

    private static double cosine(float[] one, float[] other) {
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
            a += one[i] * one[i];
            b += other[i] * other[i];
        }
        return dot / Math.sqrt(a * b);
    }
}

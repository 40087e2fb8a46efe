package dev.streambed.cli.faults.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.proxy.Call;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Timings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deletions: what counts is that the store had taken it when it was first called done. */
class AnswerJudgeTest {
    private static final Change DELETION = Change.of("event", 7, false, "d", 7L, null);

    private final long nanos = System.nanoTime();
    private final long millis = System.currentTimeMillis();
    private final Answers answers = new Answers("localhost:1", "completions", 1); // no broker: answers are put in
    private final Acknowledgements acknowledged = new Acknowledgements();

    @AfterEach
    void close() {
        answers.close();
    }

    private void stored(long version, long atMillis) {
        write("Upsert", version, atMillis);
    }

    private void deleted(long atMillis) {
        write("Delete", -1, atMillis);
    }

    private void write(String method, long version, long atMillis) {
        long at = nanos + TimeUnit.MILLISECONDS.toNanos(atMillis);
        acknowledged.accept(new Call(method, List.of(new RowRef("d#0", version)), at, at, Call.Outcome.ACKNOWLEDGED));
    }

    private void answeredDeleted(long atMillis) {
        answers.add(
                new Completion("event", "d", 7L, Outcome.DELETED, null, 0, false, "minilm", Timings.NONE, null, null),
                millis + atMillis);
    }

    private int early() {
        Charges charges = new Charges();
        new AnswerJudge(answers, acknowledged, Set.of(), charges).judge(DELETION, List.of(DELETION));
        Findings findings = charges.findings(0);
        assertThat(findings.lost() + findings.stale() + findings.wrong()).isZero();
        return findings.early();
    }

    @Test
    void anAnswerAfterTheDeletionIsRight() {
        stored(6, 100);
        deleted(200);
        answeredDeleted(300);

        assertThat(early()).isZero();
    }

    @Test
    void anAnswerBeforeTheDeletionIsEarly() {
        stored(6, 100);
        answeredDeleted(150);
        deleted(200);

        assertThat(early()).isOne();
    }

    @Test
    void anEarlyAnswerStaysEarlyThoughItsRepeatIsRight() {
        stored(6, 100);
        answeredDeleted(150);
        deleted(200);
        answeredDeleted(300);

        assertThat(early()).isOne();
    }

    @Test
    void aRepeatOfARightAnswerIsRightWhateverALaterRecordOfTheLogHasWrittenSince() {
        stored(6, 100);
        deleted(200);
        answeredDeleted(300);
        stored(5, 400);
        answeredDeleted(500);

        assertThat(early()).isZero();
    }

    @Test
    void aRepeatIsEarlyWhereWhatWasDeletedHasComeBack() {
        stored(6, 100);
        deleted(200);
        answeredDeleted(300);
        stored(6, 400);
        answeredDeleted(500);

        assertThat(early()).isOne();
    }
}

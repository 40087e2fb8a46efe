package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactsTest {
    private static final EventRef FIRST = new EventRef("in", 0, 1);
    private static final EventRef SECOND = new EventRef("in", 0, 2);

    private final Facts<String> facts = new Facts<>();
    private final List<String> written = new ArrayList<>();

    private List<String> advanceTo(long epoch) {
        written.clear();
        facts.advance(
                epoch,
                (documentId, head) -> written.add("put " + documentId + " " + head),
                ref -> written.add("retire " + ref));
        return List.copyOf(written);
    }

    @Test
    void putsTheHeadAfterOneCommitAndRetiresAfterAnother() {
        facts.sent(7, FIRST, "d", "h1");

        assertThat(advanceTo(7)).isEmpty();
        assertThat(advanceTo(8)).containsExactly("put d h1");
        assertThat(advanceTo(8)).isEmpty();
        assertThat(advanceTo(9)).containsExactly("retire in-0-1");
        assertThat(facts.isEmpty()).isTrue();
    }

    @Test
    void retiresAnAnswerWithoutAHeadAfterOneCommit() {
        facts.sent(7, FIRST);

        assertThat(advanceTo(7)).isEmpty();
        assertThat(advanceTo(8)).containsExactly("retire in-0-1");
        assertThat(facts.isEmpty()).isTrue();
    }

    @Test
    void retiresOnlyOneEpochAfterTheHeadThoughManyCommitsPassedBefore() {
        facts.sent(7, FIRST, "d", "h1");

        assertThat(advanceTo(20)).containsExactly("put d h1");
        assertThat(advanceTo(20)).isEmpty();
        assertThat(advanceTo(21)).containsExactly("retire in-0-1");
    }

    @Test
    void remembersTheNewestHeadUntilItIsInTheStore() {
        facts.sent(7, FIRST, "d", "h1");
        facts.sent(8, SECOND, "d", "h2");

        assertThat(facts.newest("d")).isEqualTo("h2");
        assertThat(advanceTo(8)).containsExactly("put d h1");
        assertThat(facts.newest("d")).isEqualTo("h2");
        assertThat(advanceTo(9)).containsExactly("put d h2", "retire in-0-1");
        assertThat(facts.newest("d")).isNull();
    }

    @Test
    void forgetsEverything() {
        facts.sent(7, FIRST, "d", "h1");
        facts.sent(7, SECOND);

        facts.clear();

        assertThat(facts.isEmpty()).isTrue();
        assertThat(facts.newest("d")).isNull();
        assertThat(advanceTo(99)).isEmpty();
    }
}

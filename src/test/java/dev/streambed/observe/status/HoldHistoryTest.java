package dev.streambed.observe.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.status.Status.PastHold;
import dev.streambed.observe.status.Status.PresentHold;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldHistoryTest {
    private final HoldHistory history = new HoldHistory();

    private static Hold store(String reason) {
        return new Hold("store", "store-transient", reason);
    }

    @Test
    void saysSinceWhenAHoldLastsWhateverItsWordsAre() {
        history.look(List.of(), 1000);
        history.look(List.of(store("no answer, 1 time")), 2000);
        history.look(
                List.of(new Hold("embed", "not-running", "embed is REBALANCING"), store("no answer, 9 times")), 5000);

        assertThat(history.present())
                .containsExactly(
                        new PresentHold("store", "store-transient", "no answer, 9 times", 2000),
                        new PresentHold("embed", "not-running", "embed is REBALANCING", 5000));
        assertThat(history.past()).isEmpty();
    }

    @Test
    void keepsTheLastOnesThatEnded() {
        for (int i = 0; i < HoldHistory.KEPT + 3; i++) {
            history.look(List.of(store("the hold of " + i)), i * 10L);
            history.look(List.of(), i * 10L + 4);
        }

        assertThat(history.present()).isEmpty();
        assertThat(history.past())
                .hasSize(HoldHistory.KEPT)
                .startsWith(new PastHold("store", "store-transient", "the hold of 10", 100, 104))
                .endsWith(new PastHold("store", "store-transient", "the hold of 3", 30, 34));
    }

    /** Another cause is another hold, even of the same part. */
    @Test
    void endsOneWhereAnotherBegins() {
        history.look(List.of(store("no answer")), 1000);
        history.look(List.of(new Hold("store", "store-stopped", "disk full")), 3000);

        assertThat(history.present()).containsExactly(new PresentHold("store", "store-stopped", "disk full", 3000));
        assertThat(history.past()).containsExactly(new PastHold("store", "store-transient", "no answer", 1000, 3000));
    }

    /** A clock that is set back makes no hold that ends before it began. */
    @Test
    void standsAClockThatIsSetBack() {
        history.look(List.of(store("no answer")), 5000);
        history.look(List.of(), 1000);

        assertThat(history.past()).containsExactly(new PastHold("store", "store-transient", "no answer", 5000, 5000));
    }
}

package dev.streambed.cli.faults.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.cli.faults.proxy.Call.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallLogTest {
    private final List<Call> told = new ArrayList<>();
    private final CallLog log = new CallLog(told::add);

    @Test
    void countsEveryOutcomeAndTakesOnlyWhatWasDoneForWritten() {
        long start = System.nanoTime();
        for (Outcome outcome : Outcome.values()) {
            end(outcome);
        }
        end(Outcome.LOST);

        assertThat(log.counts())
                .containsOnlyKeys("Upsert")
                .extractingByKey("Upsert")
                .isEqualTo(Map.of(
                        Outcome.ACKNOWLEDGED,
                        1L,
                        Outcome.LOST,
                        2L,
                        Outcome.REFUSED,
                        1L,
                        Outcome.ANSWERED,
                        1L,
                        Outcome.FAILED,
                        1L,
                        Outcome.INJECTED,
                        1L,
                        Outcome.ABANDONED,
                        1L));
        assertThat(log.count("Delete", Outcome.LOST)).isZero();
        assertThat(log.firstWrittenAfter(start)).hasValue(told.get(0).endNanos());
        assertThat(log.firstWrittenAfter(told.get(1).endNanos())).isEqualTo(log.lastWritten());
        assertThat(log.lastWritten()).hasValue(told.get(told.size() - 1).endNanos());
    }

    @Test
    void waitsForTheNextThatIsWritten() throws Exception {
        assertThat(log.awaitWrittenAfter(System.nanoTime(), Duration.ofMillis(10)))
                .isEmpty();
        end(Outcome.ACKNOWLEDGED);
        long after = told.get(0).endNanos();
        CompletableFuture<OptionalLong> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return log.awaitWrittenAfter(after, Duration.ofDays(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        // when
        end(Outcome.INJECTED);
        end(Outcome.LOST);

        // then
        assertThat(waiting.get()).hasValue(told.get(2).endNanos());
    }

    @Test
    void saysSoWhenItHasForgottenTheFirst() {
        long start = System.nanoTime();
        for (int i = 0; i < CallLog.KEPT; i++) {
            end(Outcome.ACKNOWLEDGED);
        }
        assertThat(log.firstWrittenAfter(start)).hasValue(told.get(0).endNanos());

        end(Outcome.ACKNOWLEDGED);

        assertThatThrownBy(() -> log.firstWrittenAfter(start)).hasMessageContaining("131072");
        assertThat(log.firstWrittenAfter(told.get(0).endNanos()))
                .hasValue(told.get(1).endNanos());
    }

    @Test
    void outlivesAListenerThatFails() {
        var failing = new CallLog(call -> {
            throw new IllegalStateException("the listener's own defect");
        });

        failing.ended("Upsert", List.of(), 0, Outcome.ACKNOWLEDGED);

        assertThat(failing.lastWritten()).isPresent();
    }

    private void end(Outcome outcome) {
        log.ended("Upsert", List.of(), 0, outcome);
    }
}

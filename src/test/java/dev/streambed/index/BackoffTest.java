package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.index.IndexException.Kind;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({
        "TRANSIENT, 1, 25, 75",
        "TRANSIENT, 2, 50, 150",
        "TRANSIENT, 5, 400, 1000",
        "TRANSIENT, 100000, 500, 1000",
        "STOPPED, 1, 250, 750",
        "STOPPED, 2, 500, 1500",
        "STOPPED, 100000, 1000, 2000"
    })
    void growsToItsLimitWithJitter(Kind kind, int attempt, long least, long most) {
        for (int i = 0; i < 100; i++) {
            assertThat(Backoff.standard().after(kind, attempt))
                    .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
        }
    }
}

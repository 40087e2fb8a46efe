package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LingerTest {
    @ParameterizedTest
    @CsvSource({"-5000, 0", "0, 0", "999, 0", "1000, 50", "3000, 150", "5000, 250", "86400000, 250"})
    void isATwentiethOfWhatHasTakenLong(long ageMillis, long millis) {
        assertThat(Linger.of(ageMillis)).isEqualTo(Duration.ofMillis(millis));
    }
}

package dev.streambed.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers in the embedder's place may be anything; its size is bounded by {@link LimitedBody}. */
class HostileAnswerTest {
    private static final int MANY = 500_000;

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{\"data\":[{\"embedding\":[", "{\"error\":", "[["})
    void isNotReadBeyondADepth(String opening) {
        assertRefused(opening.repeat(MANY / opening.length()));
        assertRefused(opening + "[".repeat(MANY) + "]".repeat(MANY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[", "{\"data\":[{\"embedding\":[", "{\"data\":[{\"index\":"})
    void isNotReadBeyondANumbersLength(String opening) {
        for (String number : new String[] {"9".repeat(MANY), "0." + "3".repeat(MANY), "1e" + "9".repeat(MANY)}) {
            assertRefused(opening + number);
        }
    }

    private static void assertRefused(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        for (EmbeddingsApi api : EmbeddingsApi.values()) {
            assertThatThrownBy(() -> api.vectors(bytes, 1)).isInstanceOf(IOException.class);
        }
        RemoteException refused = Refusals.of(500, HttpHeaders.of(Map.of(), (a, b) -> true), bytes, Instant.EPOCH);
        assertThat(refused).hasMessageContaining("500");
    }
}

package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftCodecTest {
    private static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

    private static Baseline baseline() {
        Gathering gathering = new Gathering(Vectors.DIMENSION, 8, 24);
        new Vectors(Vectors.seeded("DriftCodecTest")).some(24, 1).forEach(gathering::add);
        return gathering.finish(new Projections(Vectors.DIMENSION), FINGERPRINT, "a/b", 17);
    }

    @Test
    void readsABaselineAsItWasWritten() throws IOException {
        Baseline written = baseline();
        assertThat(written.key()).isEqualTo("baseline/0123456789abcdef/a/b");

        DriftEntry read = DriftCodec.read(written.key(), DriftCodec.value(written));

        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    @Test
    void readsAReferenceAsItWasWritten() throws IOException {
        CanaryReference written = new CanaryReference(
                FINGERPRINT, "id", 17, new float[][] {{0.1f, -0.2f}, {}, {Float.MIN_VALUE, 1}}, 1e-4);
        assertThat(written.key()).isEqualTo("canary/0123456789abcdef");

        DriftEntry read = DriftCodec.read(written.key(), DriftCodec.value(written));

        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        byte[] later = new CBORMapper().writeValueAsBytes(Map.of("format", 2, "entry", Map.of("new", true)));
        byte[] broken = new CBORMapper()
                .writeValueAsBytes(Map.of(
                        "format",
                        1,
                        "entry",
                        Map.of("tenant", "a", "edges", List.of(), "counts", List.of(), "limits", List.of())));

        assertThatThrownBy(() -> DriftCodec.read("canary/0", later))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format is 2, not 1");
        assertThatThrownBy(() -> DriftCodec.read("baseline/0/a", broken)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DriftCodec.read("baseline/0/a", new byte[] {1, 2, 3}))
                .isInstanceOf(IOException.class);
    }
}

package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class LedgerKeyTest {
    private final Serde<LedgerKey> serde = LedgerKey.serde();

    @Test
    void survivesItsSerde() {
        LedgerKey key = new LedgerKey(new EventRef("prefix.größe", 3, 1L << 40), Long.MIN_VALUE + 5);

        assertThat(serde.deserializer()
                        .deserialize("changelog", serde.serializer().serialize("changelog", key)))
                .isEqualTo(key);
    }

    @Test
    void keepsItsFormOnDisk() {
        assertThat(serde.serializer().serialize("changelog", new LedgerKey(new EventRef("in", 1, 64), 258)))
                .containsExactly(0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 64, 'i', 'n');
    }
}

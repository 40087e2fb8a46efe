package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class LedgerEntryTest {
    private final Serde<LedgerEntry> serde = LedgerEntry.serde();

    @Test
    void survivesItsSerde() {
        LedgerEntry entry = new LedgerEntry();
        entry.add(0, 5);
        entry.add(63, Long.MAX_VALUE);
        entry.add(17, 6);
        entry.remove(17);

        LedgerEntry read =
                serde.deserializer().deserialize("changelog", serde.serializer().serialize("changelog", entry));

        assertThat(read.has(0)).isTrue();
        assertThat(read.arrival(0)).isEqualTo(5);
        assertThat(read.has(63)).isTrue();
        assertThat(read.arrival(63)).isEqualTo(Long.MAX_VALUE);
        assertThat(read.has(17)).isFalse();
        assertThat(read.isEmpty()).isFalse();
    }

    @Test
    void keepsItsFormOnDisk() {
        LedgerEntry entry = new LedgerEntry();
        entry.add(1, 258);

        assertThat(serde.serializer().serialize("changelog", entry))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 2);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        for (byte[] bytes : new byte[][] {{}, {0, 0, 0, 0, 0, 0, 0, 1}, new byte[8], new byte[9]}) {
            assertThatThrownBy(() -> serde.deserializer().deserialize("changelog", bytes))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("ledger");
        }
    }
}

package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRefTest {
    private final Serde<EventRef> serde = EventRef.serde();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_294_967_296L, Long.MAX_VALUE})
    void survivesItsSerde(long offset) {
        EventRef ref = new EventRef("documents.bulk-ä", 17, offset);

        byte[] bytes = serde.serializer().serialize("changelog", ref);

        assertThat(serde.deserializer().deserialize("changelog", bytes)).isEqualTo(ref);
    }

    @Test
    void keepsItsFormOnDisk() {
        byte[] bytes = serde.serializer().serialize("changelog", new EventRef("ab", 1, 258));

        assertThat(bytes).containsExactly(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 'a', 'b');
    }

    @Test
    void namesTheEventAsTheContractDoes() {
        assertThat(new EventRef("documents", 3, 42)).hasToString("documents-3-42");
    }
}

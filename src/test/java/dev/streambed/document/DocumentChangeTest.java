package dev.streambed.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentChangeTest {
    @Test
    void doesNotChangeWithTheMapItWasMadeFrom() {
        List<Object> list = new ArrayList<>(List.of(1));
        Map<String, Object> metadata = new HashMap<>(Map.of("list", list));
        DocumentChange change = DocumentChange.upsert("a", "t").withMetadata(metadata);

        list.add(2);
        metadata.put("more", true);

        assertThat(change.metadata()).isEqualTo(Map.of("list", List.of(1L)));
    }

    @Test
    void hasOneJavaTypeForEachKindOfNumber() {
        DocumentChange change = DocumentChange.upsert("a", "t")
                .withMetadata(Map.of(
                        "numbers",
                        List.of((byte) 1, (short) 2, 3, BigInteger.valueOf(4), 0.5f, new BigDecimal("0.25"))));

        assertThat(change.metadata().get("numbers")).isEqualTo(List.of(1L, 2L, 3L, 4L, 0.5, 0.25));
    }

    @Test
    void refusesWhatIsNoJson() {
        DocumentChange change = DocumentChange.upsert("a", "t");
        Map<String, Object> cycle = new HashMap<>();
        cycle.put("self", cycle);

        assertThatThrownBy(() -> change.withMetadata(Map.of("when", Instant.EPOCH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.time.Instant is no JSON value");
        assertThatThrownBy(() -> change.withMetadata(Map.of("x", Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> change.withMetadata(cycle))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("500 levels");
        assertThatThrownBy(() -> change.withVersion(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 or more");
    }

    @Test
    void refusesHalfACharacter() {
        for (Runnable wrong : List.<Runnable>of(
                () -> DocumentChange.upsert("a\udc00", "t"),
                () -> DocumentChange.upsert("a", "t\ud800"),
                () -> DocumentChange.upsert("a", "t").withTitle("\ud800 "),
                () -> DocumentChange.upsert("a", "t").withMetadata(Map.of("k", List.of("\ud800"))),
                () -> DocumentChange.upsert("a", "t").withMetadata(Map.of("\ud800", 1)))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("half of a surrogate pair");
        }
    }
}

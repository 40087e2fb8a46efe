package dev.streambed.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentFingerprintTest {
    private static final DocumentChange CHANGE = DocumentChange.upsert("a", "text");

    @Test
    void isStableAcrossReleases() {
        DocumentChange change = CHANGE.withTitle("title").withMetadata(Map.of("k", List.of(1, 2.5, true, "x")));

        assertThat(ContentFingerprint.of(change, "pipeline")).isEqualTo("027c8dd5160c441bd2d02f3a2be0a044");
    }

    @Test
    void leavesTheVersionOut() {
        assertThat(ContentFingerprint.of(CHANGE.withVersion(1), "p"))
                .isEqualTo(ContentFingerprint.of(CHANGE.withVersion(2), "p"))
                .isEqualTo(ContentFingerprint.of(CHANGE, "p"));
    }

    @Test
    void doesNotDependOnTheOrderOfKeysAtAnyLevel() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("x", new LinkedHashMap<>(Map.of("a", 1)));
        one.put("y", 2);
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("y", 2L);
        other.put("x", Map.of("a", 1L));

        assertThat(ContentFingerprint.of(CHANGE.withMetadata(one), "p"))
                .isEqualTo(ContentFingerprint.of(CHANGE.withMetadata(other), "p"));
    }

    @Test
    void differsWithEveryPartOfTheContent() {
        List<DocumentChange> different = new ArrayList<>(List.of(
                CHANGE,
                DocumentChange.upsert("b", "text"),
                DocumentChange.upsert("at", "ext"),
                DocumentChange.upsert("a", "Text"),
                CHANGE.withTitle(""),
                CHANGE.withTitle("t"),
                CHANGE.withMetadata(Map.of("k", "v")),
                CHANGE.withMetadata(Map.of("kv", "")),
                CHANGE.withMetadata(Map.of("k", List.of("v"))),
                CHANGE.withMetadata(Map.of("k", List.of("v", List.of()))),
                CHANGE.withMetadata(Map.of("k", List.of(List.of("v")))),
                CHANGE.withMetadata(Map.of("k", 1)),
                CHANGE.withMetadata(Map.of("k", 1.0)),
                CHANGE.withMetadata(Map.of("k", "1")),
                CHANGE.withMetadata(Map.of("k", true)),
                CHANGE.withMetadata(Map.of("k", Map.of("v", 1)))));
        Map<String, Object> nothing = new LinkedHashMap<>();
        nothing.put("k", null);
        different.add(CHANGE.withMetadata(nothing));
        nothing.put("k", Arrays.asList((Object) null));
        different.add(CHANGE.withMetadata(nothing));

        assertThat(different.stream().map(change -> ContentFingerprint.of(change, "p")))
                .doesNotHaveDuplicates();
        assertThat(ContentFingerprint.of(CHANGE, "p")).isNotEqualTo(ContentFingerprint.of(CHANGE, "q"));
    }
}

package dev.streambed.index.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryIndexTest {
    private static final long SEED = 20_261_124;

    private final Random random = new Random(SEED);

    @Test
    void findsTheNearestFirstWithItsCosine() throws IndexException {
        try (var index = new MemoryIndex(2)) {
            // given
            index.upsert(List.of(
                    Rows.row("east", 1, 0, "E", new float[] {1, 0}),
                    Rows.row("north", 1, 0, "N", new float[] {0, 1}),
                    Rows.row("west", 1, 0, "W", new float[] {-1, 0})));

            // when
            List<Hit> hits = index.search(new float[] {1, 0}, 3);

            // then
            assertThat(hits).extracting(Hit::documentId).containsExactly("east", "north", "west");
            assertThat(hits).extracting(Hit::text).containsExactly("E", "N", "W");
            assertThat(hits.get(0).score()).isCloseTo(1, within(1e-6));
            assertThat(hits.get(1).score()).isCloseTo(0, within(1e-6));
            assertThat(hits.get(2).score()).isCloseTo(-1, within(1e-6));
        }
    }

    @Test
    void showsTheBestChunkOfEachDocumentOnly() throws IndexException {
        try (var index = new MemoryIndex(8)) {
            // given one document whose 500 chunks are all nearer than the other's only one
            float[] query = Rows.unit(8, random);
            var rows = new ArrayList<Row>();
            for (int chunk = 0; chunk < 500; chunk++) {
                rows.add(Rows.row("near", 1, chunk, "near", towards(query, 0.001f * (chunk + 1))));
            }
            rows.add(Rows.row("far", 1, 7, "far", towards(query, 5f)));
            index.upsert(rows);

            // when
            List<Hit> hits = index.search(query, 2);

            // then
            assertThat(hits).extracting(Hit::documentId).containsExactly("near", "far");
            assertThat(hits).extracting(Hit::chunk).containsExactly(0, 7);
        }
    }

    @Test
    void agreesWithAnExhaustiveSearch() throws IndexException {
        try (var index = new MemoryIndex(16)) {
            // given 2,000 rows in batches, so in several segments
            var rows = new ArrayList<Row>();
            for (int batch = 0; batch < 20; batch++) {
                var some = new ArrayList<Row>();
                for (int i = 0; i < 100; i++) {
                    some.add(Rows.row("d" + (batch * 100 + i), 1, 0, "", Rows.unit(16, random)));
                }
                index.upsert(some);
                index.search(some.get(0).vector(), 1);
                rows.addAll(some);
            }
            int found = 0;
            for (int q = 0; q < 50; q++) {
                float[] query = Rows.unit(16, random);
                List<String> exact = rows.stream()
                        .sorted(Comparator.comparingDouble(row -> -dot(row.vector(), query)))
                        .limit(10)
                        .map(Row::documentId)
                        .toList();
                found += (int) index.search(query, 10).stream()
                        .filter(hit -> exact.contains(hit.documentId()))
                        .count();
            }

            // then at most two in a hundred are missed
            assertThat(found).as("of 500, seed %d", SEED).isGreaterThanOrEqualTo(490);
        }
    }

    @Test
    void replacesARowAndForgetsDeletedOnes() throws IndexException {
        try (var index = new MemoryIndex(8)) {
            // given
            index.upsert(Rows.document("a", 1, 3, 8, random));
            index.upsert(Rows.document("b", 1, 2, 8, random));

            // when
            index.upsert(Rows.document("a", 2, 1, 8, random));
            index.delete(List.of("a#1", "a#2", "a#99"));

            // then
            assertThat(index.count()).isEqualTo(3);
            List<Hit> hits = index.search(Rows.unit(8, random), 10);
            assertThat(hits).extracting(Hit::documentId).containsExactlyInAnyOrder("a", "b");
            assertThat(hits)
                    .filteredOn(hit -> hit.documentId().equals("a"))
                    .extracting(Hit::text)
                    .containsExactly("chunk 0 of version 2");
        }
    }

    @Test
    void takesVectorsOfModelsWithMoreDimensionsThanLucenesDefault() throws IndexException {
        try (var index = new MemoryIndex(WideHnswCodec.MAX_DIMENSION)) {
            List<Row> rows = Rows.document("wide", 1, 3, WideHnswCodec.MAX_DIMENSION, random);
            index.upsert(rows);

            assertThat(index.search(rows.get(2).vector(), 1).get(0).chunk()).isEqualTo(2);
        }
    }

    @Test
    void refusesARowItCannotHoldAndWritesNoneOfTheCall() throws IndexException {
        try (var index = new MemoryIndex(2)) {
            List<Row> rows = List.of(
                    Rows.row("good", 1, 0, "", new float[] {1, 0}),
                    Rows.row("bad", 1, 0, "", new float[] {Float.NaN, 0}));

            assertThatThrownBy(() -> index.upsert(rows))
                    .isInstanceOfSatisfying(
                            IndexException.class, e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.POISON))
                    .hasMessageContaining("bad#0");
            assertThatThrownBy(() -> index.check(Rows.row("short", 1, 0, "", new float[1])))
                    .hasMessageContaining("1 dimensions");
            assertThat(index.count()).isZero();
        }
    }

    @Test
    void hasAnIdentityOfItsOwn() {
        try (var one = new MemoryIndex(2);
                var other = new MemoryIndex(2)) {
            assertThat(one.open()).isEqualTo(one.open()).isNotEqualTo(other.open());
        }
    }

    private float[] towards(float[] target, float spread) {
        float[] off = Rows.unit(target.length, random);
        var vector = new float[target.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = target[i] + spread * off[i];
        }
        return vector;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

package dev.streambed.index.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.Row;
import dev.streambed.index.Rows;
import dev.streambed.testing.TestMilvus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MilvusIndexTest {
    private static final int DIMENSION = 32;
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Random random = new Random(20_261_124);
    private final String collection = TestMilvus.randomCollection();
    private final String uri = TestMilvus.require().uri();
    private final MilvusIndex index = index("fingerprint-1", DIMENSION);
    private final MilvusRows rows = new MilvusRows(uri, collection);

    private MilvusIndex index(String fingerprint, int dimension) {
        return new MilvusIndex(new MilvusOptions(uri, null, null, collection, dimension, fingerprint, DEADLINE));
    }

    @BeforeEach
    void open() throws IndexException {
        index.open();
    }

    @AfterEach
    void drop() {
        rows.drop();
        rows.close();
        index.close();
    }

    /** Connecting may take a deadline, and the call another: whoever may write for one must be asked again. */
    @Test
    void writesNothingInTheCallThatConnects() throws IndexException {
        var row = new Row(Row.idOf("d", 0), "d", 0, 1, null, "text", Map.of(), Rows.unit(DIMENSION, random));
        try (MilvusIndex unconnected = index("fingerprint-1", DIMENSION)) {
            assertThatThrownBy(() -> unconnected.upsert(List.of(row)))
                    .isInstanceOfSatisfying(
                            IndexException.class, e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.TRANSIENT));
            assertThat(index.count()).isZero();

            unconnected.upsert(List.of(row));

            assertThat(index.count()).isEqualTo(1);
        }
    }

    /** A process that was stopped between being allowed to write and writing must not write when it goes on. */
    @Test
    void writesNothingForWhoWasAllowedToTooLongAgo() throws IndexException {
        List<Row> rows = Rows.document("late", 1, 2, DIMENSION, random);
        long longAgo = System.nanoTime() - Duration.ofMinutes(1).toNanos();

        assertThatThrownBy(() -> index.upsert(rows, longAgo))
                .isInstanceOfSatisfying(
                        IndexException.class, e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.TRANSIENT));
        assertThat(index.count()).isZero();
        index.upsert(rows, System.nanoTime());
        assertThatThrownBy(() -> index.delete(List.of("late#0"), longAgo)).isInstanceOf(IndexException.class);

        assertThat(index.count()).isEqualTo(2);
    }

    @Test
    void keepsEveryFieldOfARow() throws IndexException {
        // given ids, titles, texts and metadata that want escaping
        var metadata = new LinkedHashMap<String, @Nullable Object>();
        metadata.put("when", 1_732_406_400_123L);
        metadata.put("nothing", null);
        metadata.put("nested", Map.of("tags", List.of("a", "ü")));
        String id = "it's \"quoted\" \\ 日本";
        var row = new Row(
                Row.idOf(id, 0),
                id,
                0,
                Long.MAX_VALUE,
                "Ünï \"title\"",
                "text\nof two lines",
                metadata,
                Rows.unit(DIMENSION, random));
        var untitled = new Row(Row.idOf(id, 1), id, 1, 0, null, "", Map.of(), Rows.unit(DIMENSION, random));

        // when
        index.upsert(List.of(row, untitled));

        // then
        Map<String, Row> found = rows.all();
        assertThat(found).containsOnlyKeys(row.id(), untitled.id());
        assertThat(found.get(row.id()))
                .usingRecursiveComparison()
                .ignoringFields("metadata")
                .isEqualTo(row);
        assertThat(found.get(row.id()))
                .extracting(Row::metadata)
                .hasToString("{when=1732406400123, nothing=null, nested={\"tags\":[\"a\",\"ü\"]}}");
        assertThat(found.get(untitled.id())).usingRecursiveComparison().isEqualTo(untitled);

        // and deletes by these ids
        index.delete(List.of(row.id(), "not there", untitled.id()));
        assertThat(index.count()).isZero();
    }

    @Test
    void leavesNoStaleChunkOfAnUpdateAndNothingOfADeletion() throws IndexException {
        // given
        index.upsert(Rows.document("a", 1, 5, DIMENSION, random));
        index.upsert(Rows.document("b", 1, 2, DIMENSION, random));

        // when
        index.upsert(Rows.document("a", 2, 2, DIMENSION, random));
        index.delete(List.of("a#2", "a#3", "a#4"));
        index.delete(List.of("b#0", "b#1"));

        // then
        assertThat(index.count()).isEqualTo(2);
        assertThat(rows.all().values()).extracting(Row::id).containsExactlyInAnyOrder("a#0", "a#1");
        assertThat(rows.all().values()).extracting(Row::version).containsOnly(2L);
    }

    @Test
    void readsBackMoreRowsThanOneQueryReturns() throws IndexException {
        // given 9,000 rows
        var written = new ArrayList<String>();
        for (int document = 0; document < 18; document++) {
            List<Row> some = Rows.document("document " + document, 1, 500, DIMENSION, random);
            index.upsert(some);
            some.forEach(row -> written.add(row.id()));
        }

        // then
        assertThat(rows.all().keySet()).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void findsAtOnceWhatItWroteTheBestChunkOfEachDocument() throws IndexException {
        // given
        List<Row> near = Rows.document("near", 1, 50, DIMENSION, random);
        index.upsert(near);
        index.upsert(Rows.document("other", 1, 1, DIMENSION, random));

        // when
        List<Hit> hits = index.search(near.get(31).vector(), 5);

        // then
        assertThat(hits).extracting(Hit::documentId).containsExactly("near", "other");
        assertThat(hits.get(0).chunk()).isEqualTo(31);
        assertThat(hits.get(0).text()).isEqualTo("chunk 31 of version 1");
        assertThat(hits.get(0).score()).isCloseTo(1, within(1e-4));
    }

    @Test
    void keepsItsIdentityUntilItIsDroppedAndMadeAgain() throws IndexException {
        String identity = index.open();
        assertThat(index.identity()).isEqualTo(identity);
        try (var another = index("fingerprint-1", DIMENSION)) {
            assertThat(another.open()).isEqualTo(identity);
        }

        // when
        rows.drop();

        // then writing stops, for the rows before are gone
        assertRefused(
                () -> index.upsert(Rows.document("a", 1, 1, DIMENSION, random)),
                Kind.STOPPED,
                "The collection is gone");
        assertThat(index.identity()).isEmpty();
        assertThat(index.open()).isNotEqualTo(identity).isEqualTo(index.identity());
        index.upsert(Rows.document("a", 1, 1, DIMENSION, random));
        assertThat(index.count()).isEqualTo(1);
    }

    @Test
    void refusesACollectionOfAnotherPipelineOrDimension() {
        try (var anotherPipeline = index("fingerprint-2", DIMENSION);
                var anotherDimension = index("fingerprint-1", 384)) {
            assertRefused(anotherPipeline::open, Kind.STOPPED, "fingerprint-1", "milvus.collection");
            assertRefused(anotherDimension::open, Kind.STOPPED, "vectors of 32 dimensions, not 384");
        }
    }

    @Test
    void refusesARowThatTheServerWouldRefuseTheWholeCallFor() throws IndexException {
        float[] vector = Rows.unit(DIMENSION, random);
        float[] notFinite = vector.clone();
        notFinite[3] = Float.POSITIVE_INFINITY;
        // 22,000 characters of 3 bytes: within the limit as the SDK counts, beyond it as the server does
        Row tooLong = Rows.row("a", 1, 0, "語".repeat(22_000), vector);

        assertRefused(() -> index.check(tooLong), Kind.POISON, "a#0", "text has 66000 bytes");
        assertRefused(() -> index.check(Rows.row("a", 1, 0, "", notFinite)), Kind.POISON, "not finite");
        assertRefused(() -> index.check(Rows.row("a", 1, 0, "", new float[7])), Kind.POISON, "7 dimensions, not 32");
        assertRefused(
                () -> index.check(new Row("a#0", "a", 0, 1, null, "", Map.of("k", "x".repeat(70_000)), vector)),
                Kind.POISON,
                "metadata");
        index.check(Rows.row("a", 1, 0, "語".repeat(21_845), vector));

        // and the server agrees on the limits
        assertRefused(() -> index.upsert(List.of(tooLong, Rows.row("b", 1, 0, "", vector))), Kind.POISON, "1100");
        assertThat(index.count()).isZero();
        index.upsert(List.of(Rows.row("a", 1, 0, "語".repeat(21_845), vector)));
        assertThat(index.count()).isEqualTo(1);
    }

    @Test
    void deletesManyIdsInOneCall() throws IndexException {
        List<Row> many = Rows.document("x".repeat(512), 1, 500, DIMENSION, random);
        index.upsert(many);

        index.delete(
                IntStream.range(0, 500).mapToObj(chunk -> many.get(chunk).id()).toList());

        assertThat(index.count()).isZero();
    }

    private static void assertRefused(ThrowingCallable call, Kind kind, String... saying) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        IndexException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(saying);
    }
}

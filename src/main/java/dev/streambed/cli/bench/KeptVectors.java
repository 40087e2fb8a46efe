package dev.streambed.cli.bench;

import dev.streambed.index.Hit;
import dev.streambed.index.Row;
import dev.streambed.index.VectorIndex;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A store that costs nothing: takes everything at once and keeps the vectors, so that they can be compared. Thread-safe. */
final class KeptVectors implements VectorIndex {
    private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

    @Override
    public String open() {
        return "kept";
    }

    @Override
    public String identity() {
        return "kept";
    }

    @Override
    public void check(Row row) {}

    @Override
    public void upsert(List<Row> rows) {
        rows.forEach(row -> vectors.put(row.id(), row.vector()));
    }

    @Override
    public void delete(List<String> ids) {
        ids.forEach(vectors::remove);
    }

    @Override
    public List<Hit> search(float[] vector, int k) {
        return List.of();
    }

    @Override
    public long count() {
        return vectors.size();
    }

    /** The vector of a row, or null. */
    float @Nullable [] of(String rowId) {
        return vectors.get(rowId);
    }

    /** Forgets what it has. */
    void clear() {
        vectors.clear();
    }

    @Override
    public void close() {}
}

package dev.streambed.cli.bench;

import dev.streambed.index.Hit;
import dev.streambed.index.Row;
import dev.streambed.index.VectorIndex;
import java.util.List;

/** A store that takes everything at once and keeps nothing, so that memory is the pipeline's own. Stateless; any thread. */
final class NoStore implements VectorIndex {
    private static final String IDENTITY = "none";

    @Override
    public String open() {
        return IDENTITY;
    }

    @Override
    public String identity() {
        return IDENTITY;
    }

    @Override
    public void check(Row row) {}

    @Override
    public void upsert(List<Row> rows) {}

    @Override
    public void delete(List<String> ids) {}

    @Override
    public List<Hit> search(float[] vector, int k) {
        return List.of();
    }

    @Override
    public long count() {
        return 0;
    }

    @Override
    public void close() {}
}

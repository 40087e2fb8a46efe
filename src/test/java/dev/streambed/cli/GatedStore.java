package dev.streambed.cli;

import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.StoreName;
import dev.streambed.index.VectorIndex;
import java.util.List;

/** A store whose upserts pass a gate. */
record GatedStore(VectorIndex index, Gate gate) implements VectorIndex {
    @Override
    public StoreName name() {
        return index.name();
    }

    @Override
    public String open() throws IndexException {
        return index.open();
    }

    @Override
    public String identity() throws IndexException {
        return index.identity();
    }

    @Override
    public void check(Row row) throws IndexException {
        index.check(row);
    }

    @Override
    public void upsert(List<Row> rows) throws IndexException {
        gate.pass();
        index.upsert(rows);
    }

    @Override
    public void delete(List<String> ids) throws IndexException {
        index.delete(ids);
    }

    @Override
    public List<Hit> search(float[] vector, int k) throws IndexException {
        return index.search(vector, k);
    }

    @Override
    public long count() throws IndexException {
        return index.count();
    }

    @Override
    public void close() {
        index.close();
    }
}

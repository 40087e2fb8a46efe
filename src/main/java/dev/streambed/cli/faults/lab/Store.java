package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.oracle.Acknowledgements;
import dev.streambed.cli.faults.process.RunFailedException;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The suite's own way into the store. Thread-safe. */
public final class Store implements AutoCloseable {
    /** Documents of one query. */
    private static final int BATCH = 200;

    /** Rows that Milvus gives at most, without a word about the others. */
    private static final int MOST_ROWS = 16_384;

    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int PROBE_DIMENSION = 4;

    private final MilvusIndex index;

    private Store(MilvusIndex index) {
        this.index = index;
    }

    /**
     * Reads the service's collection.
     *
     * @param fingerprint the pipeline's
     */
    static Store of(String uri, String collection, int dimension, String fingerprint) {
        return new Store(
                new MilvusIndex(new MilvusOptions(uri, null, "default", collection, dimension, fingerprint, DEADLINE)));
    }

    /**
     * Probes the store with a collection of the suite's own.
     *
     * @param deadline of each attempt
     */
    static Store probe(String uri, Duration deadline) {
        return new Store(new MilvusIndex(
                new MilvusOptions(uri, null, "default", "faults_probe", PROBE_DIMENSION, "probe", deadline)));
    }

    /** Every row of these documents. */
    public List<Row> rows(Collection<String> documentIds) {
        List<String> ids = List.copyOf(documentIds);
        List<Row> rows = new ArrayList<>();
        try {
            var unused = index.open();
            for (int from = 0; from < ids.size(); from += BATCH) {
                rows.addAll(read(ids.subList(from, Math.min(ids.size(), from + BATCH))));
            }
            return rows;
        } catch (IndexException e) {
            throw new RunFailedException("the store cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Row> read(List<String> ids) throws IndexException {
        List<Row> rows = index.read(ids);
        if (rows.size() < MOST_ROWS || ids.size() == 1) {
            return rows;
        }
        int half = ids.size() / 2;
        List<Row> all = new ArrayList<>(read(ids.subList(0, half)));
        all.addAll(read(ids.subList(half, ids.size())));
        return all;
    }

    /** Rows there, of whatever document. */
    public long count() {
        try {
            return index.count();
        } catch (IndexException e) {
            throw new RunFailedException("the store cannot be counted: " + e.getMessage(), e);
        }
    }

    /** Makes the collection of the probe. */
    void prepare() {
        try {
            var unused = index.open();
        } catch (IndexException e) {
            throw new RunFailedException("the store cannot be probed: " + e.getMessage(), e);
        }
    }

    /** Tries to write one row, and says whether the store took it. */
    boolean takesARow() {
        try {
            Row row = new Row(
                    Acknowledgements.PROBE + 0, "probe", 0, 1, null, "probe", Map.of(), new float[] {1, 0, 0, 0});
            index.upsert(List.of(row));
            return true;
        } catch (IndexException e) {
            return false;
        }
    }

    @Override
    public void close() {
        index.close();
    }
}

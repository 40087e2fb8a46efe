package dev.streambed.index;

import java.util.List;

/**
 * A store of vectors. Thread-safe; every method blocks for at most the store's own deadline and tries once: the
 * {@link IndexWriter} owns the retries.
 */
public interface VectorIndex extends AutoCloseable {
    /**
     * Makes the collection ready to be written and searched: creates it where it is missing, checks its schema, its dimension and the
     * pipeline's fingerprint where it is there, loads it.
     *
     * @return the collection's identity: changes when it is dropped and made again, or is another one
     * @throws IndexException STOPPED where the collection belongs to another pipeline or has another schema
     */
    String open() throws IndexException;

    /** What it is called where people see it; asks nobody. */
    default StoreName name() {
        return StoreName.UNKNOWN;
    }

    /**
     * What {@link #open} returned, but for the collection that is there now: another one where it was dropped and made again meanwhile, or
     * an alias moved; empty where there is none. Changes nothing.
     */
    String identity() throws IndexException;

    /**
     * Whether this store can take the row at all: a look at the row, no call. The writer asks before a document's first call, so that a
     * document is refused alone and whole.
     *
     * @throws IndexException POISON, saying what is wrong, never the text itself
     */
    void check(Row row) throws IndexException;

    /** Inserts or replaces rows; no id twice in one call. Returns once the store acknowledged them. */
    void upsert(List<Row> rows) throws IndexException;

    /**
     * As {@link #upsert(List)}, for a caller that may write for one deadline from a moment on: whatever this process does meanwhile, standing still
     * included, a store outside it is not asked later.
     *
     * @param allowedAtNanos that moment, as {@link System#nanoTime}
     * @throws IndexException TRANSIENT where it is too late
     */
    default void upsert(List<Row> rows, long allowedAtNanos) throws IndexException {
        upsert(rows);
    }

    /** Deletes rows by id; ids that are not there are no error. Returns once the store acknowledged it. */
    void delete(List<String> ids) throws IndexException;

    /** As {@link #delete(List)}, with the same bound as {@link #upsert(List, long)}. */
    default void delete(List<String> ids, long allowedAtNanos) throws IndexException {
        delete(ids);
    }

    /**
     * The nearest rows, the best chunk of each document only.
     *
     * @param k documents wanted, 1..1,000
     * @return at most k hits, best first
     */
    List<Hit> search(float[] vector, int k) throws IndexException;

    /** Rows there, counted with strong consistency. */
    long count() throws IndexException;

    @Override
    void close();
}

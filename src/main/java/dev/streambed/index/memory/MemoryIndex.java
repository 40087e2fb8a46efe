package dev.streambed.index.memory;

import dev.streambed.index.BestChunks;
import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.Row;
import dev.streambed.index.StoreName;
import dev.streambed.index.VectorIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Lucene HNSW on the heap, gone with the process: for the demo, for tests, and for an embedded service that refills it from the log. Of a row it
 * keeps what a {@link Hit} shows and the vector, about 8 bytes a dimension. Thread-safe; merging runs on Lucene's own threads.
 */
public final class MemoryIndex implements VectorIndex {
    private static final String ID = "id";
    private static final String DOCUMENT_ID = "document_id";
    private static final String CHUNK = "chunk";
    private static final String TEXT = "text";
    private static final String VECTOR = "vector";

    /** Rows looked at in a search, at least: HNSW recalls better the more it keeps. */
    private static final int MIN_FETCH = 100;

    private static final int MAX_FETCH = 10_000;

    private static final StoreName NAME = new StoreName("lucene", null, "memory", null, -1);

    private final String identity = "memory:" + UUID.randomUUID();
    private final int dimension;
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final SearcherManager searchers;

    /**
     * An empty one.
     *
     * @param dimension of a vector, 1..4,096
     */
    public MemoryIndex(int dimension) {
        if (dimension < 1 || dimension > WideHnswCodec.MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension is " + dimension + ": 1.." + WideHnswCodec.MAX_DIMENSION);
        }
        this.dimension = dimension;
        try {
            this.writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(new WideHnswCodec()));
            this.searchers = new SearcherManager(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a directory of the heap has no I/O to fail
        }
    }

    @Override
    public StoreName name() {
        return NAME;
    }

    /** Random, one for each instance. */
    @Override
    public String open() {
        return identity;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void check(Row row) throws IndexException {
        if (row.vector().length != dimension) {
            throw poison(row, "its vector has " + row.vector().length + " dimensions, not " + dimension);
        }
        double squares = 0;
        for (float x : row.vector()) {
            squares += (double) x * x;
        }
        if (!Double.isFinite(squares) || squares == 0) {
            throw poison(row, "its vector is not finite, or zero");
        }
    }

    private static IndexException poison(Row row, String why) {
        return new IndexException(Kind.POISON, "row " + row.id() + ": " + why);
    }

    @Override
    public void upsert(List<Row> rows) throws IndexException {
        for (Row row : rows) {
            check(row);
        }
        run("upsert", () -> {
            for (Row row : rows) {
                writer.updateDocument(new Term(ID, row.id()), document(row));
            }
            return rows.size();
        });
    }

    private static Document document(Row row) {
        var document = new Document();
        document.add(new StringField(ID, row.id(), Field.Store.NO));
        document.add(new StoredField(DOCUMENT_ID, row.documentId()));
        document.add(new StoredField(CHUNK, row.chunk()));
        document.add(new StoredField(TEXT, row.text()));
        document.add(new KnnFloatVectorField(VECTOR, row.vector(), VectorSimilarityFunction.COSINE));
        return document;
    }

    @Override
    public void delete(List<String> ids) throws IndexException {
        run(
                "delete",
                () -> writer.deleteDocuments(
                        ids.stream().map(id -> new Term(ID, id)).toArray(Term[]::new)));
    }

    /** Sees every write acknowledged before the call. */
    @Override
    public List<Hit> search(float[] vector, int k) throws IndexException {
        return read("search", searcher -> BestChunks.of(k, MAX_FETCH, fetch -> nearest(searcher, vector, fetch)));
    }

    private static List<Hit> nearest(IndexSearcher searcher, float[] vector, int fetch) throws IndexException {
        return run("search", () -> {
            var hits = new ArrayList<Hit>();
            var query = new KnnFloatVectorQuery(VECTOR, vector, Math.max(fetch, MIN_FETCH));
            StoredFields stored = searcher.storedFields();
            for (ScoreDoc found : searcher.search(query, fetch).scoreDocs) {
                Document row = stored.document(found.doc);
                double cosine = 2.0 * found.score - 1; // Lucene's scores are 0 and up: (1 + cosine) / 2
                hits.add(new Hit(
                        row.get(DOCUMENT_ID), row.getField(CHUNK).numericValue().intValue(), cosine, row.get(TEXT)));
            }
            return hits;
        });
    }

    @Override
    public long count() throws IndexException {
        return read("count", searcher -> (long) searcher.getIndexReader().numDocs());
    }

    private <T> T read(String doing, Reading<T> reading) throws IndexException {
        IndexSearcher searcher = run(doing, () -> {
            searchers.maybeRefreshBlocking(); // next to nothing where nothing changed
            return searchers.acquire();
        });
        try {
            return reading.of(searcher);
        } finally {
            run(doing, () -> {
                searchers.release(searcher);
                return searcher;
            });
        }
    }

    private static <T> T run(String doing, Work<T> work) throws IndexException {
        try {
            return work.run();
        } catch (IOException e) {
            throw new IndexException(Kind.TRANSIENT, doing + " in the memory index: " + e, e);
        } catch (AlreadyClosedException e) {
            throw new IndexException(
                    Kind.STOPPED, doing + " in the memory index: it is closed. Restart the process", e);
        } catch (IllegalArgumentException e) {
            throw new IndexException(Kind.POISON, doing + " in the memory index: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            searchers.close();
            writer.rollback(); // there is nothing to commit for
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T of(IndexSearcher searcher) throws IndexException;
    }
}

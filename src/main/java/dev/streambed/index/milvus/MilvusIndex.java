package dev.streambed.index.milvus;

import com.google.gson.JsonObject;
import dev.streambed.index.BestChunks;
import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.StoreName;
import dev.streambed.index.VectorIndex;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.DescribeCollectionReq;
import io.milvus.v2.service.collection.request.GetLoadStateReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.collection.request.LoadCollectionReq;
import io.milvus.v2.service.collection.response.DescribeCollectionResp;
import io.milvus.v2.service.index.request.CreateIndexReq;
import io.milvus.v2.service.index.request.ListIndexesReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.QueryResp;
import io.milvus.v2.service.vector.response.SearchResp;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection of a Milvus of 2.3 or later. Thread-safe. Constructing it connects to nothing; each method connects if need be, and blocks
 * for at most the deadline of {@link MilvusOptions} a call it makes (connecting is one).
 */
public final class MilvusIndex implements VectorIndex {
    private static final Logger log = LoggerFactory.getLogger(MilvusIndex.class);

    /** The most rows that one search returns. */
    private static final int MAX_FETCH = 16_384;

    private final MilvusOptions options;
    private final String database;
    private final StoreName name;
    private final MilvusConnection connection;

    public MilvusIndex(MilvusOptions options) {
        this.options = options;
        this.database = options.database() == null ? "" : options.database();
        URI uri = URI.create(options.uri());
        this.name = new StoreName("milvus", options.database(), options.collection(), uri.getHost(), uri.getPort());
        this.connection = new MilvusConnection(options);
    }

    @Override
    public StoreName name() {
        return name;
    }

    /**
     * As the interface says. Several processes may open a missing collection at once. Returns though loading takes longer than the
     * deadline: writing needs no loaded collection; search and count answer TRANSIENT until it is.
     */
    @Override
    public String open() throws IndexException {
        if (!isThere()) {
            connection.<Void>call("create the collection", client -> {
                client.createCollection(MilvusSchema.creation(options));
                return null;
            });
            log.info("Created: {}, vectors of {} dimensions", options, options.dimension());
        }
        DescribeCollectionResp found = describe();
        MilvusSchema.requireOurs(options, found);
        connection.<Void>call("index and load the collection", client -> {
            indexAndLoad(client);
            return null;
        });
        return identity(found);
    }

    @Override
    public String identity() throws IndexException {
        return isThere() ? identity(describe()) : "";
    }

    private static String identity(DescribeCollectionResp found) {
        return "milvus:" + found.getCollectionID() + "@" + found.getCreateTime();
    }

    private boolean isThere() throws IndexException {
        return connection.call(
                "look for the collection",
                client -> client.hasCollection(HasCollectionReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .build()));
    }

    private DescribeCollectionResp describe() throws IndexException {
        return connection.call(
                "describe the collection",
                client -> client.describeCollection(DescribeCollectionReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .build()));
    }

    /** Both are looked for first: a crash may have come between creating the collection and this. */
    private void indexAndLoad(MilvusClientV2 client) {
        List<String> indexes = client.listIndexes(ListIndexesReq.builder()
                .databaseName(database)
                .collectionName(options.collection())
                .fieldName(MilvusSchema.VECTOR)
                .build());
        if (indexes.isEmpty()) {
            client.createIndex(CreateIndexReq.builder()
                    .databaseName(database)
                    .collectionName(options.collection())
                    .indexParams(List.of(MilvusSchema.vectorIndex()))
                    .sync(false)
                    .build());
        }
        var state = GetLoadStateReq.builder()
                .databaseName(database)
                .collectionName(options.collection())
                .build();
        if (!client.getLoadState(state)) {
            load(client);
        }
    }

    private void load(MilvusClientV2 client) {
        try {
            client.loadCollection(LoadCollectionReq.builder()
                    .databaseName(database)
                    .collectionName(options.collection())
                    .sync(true)
                    .timeout(options.rpcDeadline().toMillis())
                    .build());
        } catch (RuntimeException e) {
            if (!MilvusErrors.isDeadline(e)) {
                throw e;
            }
            log.info("Loading goes on, searches will have to wait for it: {}", options);
        }
    }

    @Override
    public void check(Row row) throws IndexException {
        MilvusRow.check(row, options.dimension());
    }

    @Override
    public void upsert(List<Row> rows) throws IndexException {
        upsert(rows, System.nanoTime());
    }

    @Override
    public void upsert(List<Row> rows, long allowedAtNanos) throws IndexException {
        if (rows.isEmpty()) {
            return;
        }
        List<JsonObject> data = rows.stream().map(MilvusRow::toJson).toList();
        connection.write(
                "upsert " + rows.size() + " rows",
                allowedAtNanos,
                client -> client.upsert(UpsertReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .data(new ArrayList<>(data))
                        .build()));
    }

    @Override
    public void delete(List<String> ids) throws IndexException {
        delete(ids, System.nanoTime());
    }

    @Override
    public void delete(List<String> ids, long allowedAtNanos) throws IndexException {
        if (ids.isEmpty()) {
            return;
        }
        // The SDK's own `ids` puts them between quotes as they are, which a quote or a backslash in a document's id
        // breaks.
        String filter =
                ids.stream().map(MilvusIndex::literal).collect(Collectors.joining(",", MilvusSchema.ID + " in [", "]"));
        connection.write(
                "delete " + ids.size() + " rows",
                allowedAtNanos,
                client -> client.delete(DeleteReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .filter(filter)
                        .build()));
    }

    /** A string of Milvus's filter language. Ids have no control characters. */
    static String literal(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Sees every write that this process had acknowledged before the call, and those of others within a moment: strong consistency would
     * wait some 300 ms for each search.
     */
    @Override
    public List<Hit> search(float[] vector, int k) throws IndexException {
        return BestChunks.of(k, MAX_FETCH, fetch -> nearest(vector, fetch));
    }

    private List<Hit> nearest(float[] vector, int fetch) throws IndexException {
        SearchResp found = connection.call(
                "search",
                client -> client.search(SearchReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .annsField(MilvusSchema.VECTOR)
                        .metricType(IndexParam.MetricType.COSINE)
                        .data(List.of(new FloatVec(vector)))
                        .limit(fetch)
                        .searchParams(Map.of("ef", Math.max(128, fetch)))
                        .outputFields(List.of(MilvusSchema.DOCUMENT_ID, MilvusSchema.CHUNK, MilvusSchema.TEXT))
                        .consistencyLevel(ConsistencyLevel.SESSION)
                        .build()));
        var hits = new ArrayList<Hit>();
        for (SearchResp.SearchResult result : found.getSearchResults().get(0)) {
            Map<String, Object> row = result.getEntity();
            hits.add(new Hit(
                    value(row, MilvusSchema.DOCUMENT_ID, String.class),
                    value(row, MilvusSchema.CHUNK, Number.class).intValue(),
                    result.getScore(),
                    value(row, MilvusSchema.TEXT, String.class)));
        }
        return hits;
    }

    /**
     * Every row of these documents, vectors included, read with strong consistency: what was acknowledged before the call is in it. For
     * checking a store, not for serving.
     *
     * @param documentIds at most 1,000, whose rows are at most 16,384 in all
     * @return in no order; in metadata whole numbers are longs, others doubles
     */
    public List<Row> read(Collection<String> documentIds) throws IndexException {
        if (documentIds.isEmpty()) {
            return List.of();
        }
        String filter = documentIds.stream()
                .map(MilvusIndex::literal)
                .collect(Collectors.joining(",", MilvusSchema.DOCUMENT_ID + " in [", "]"));
        QueryResp found = connection.call(
                "read " + documentIds.size() + " documents",
                client -> client.query(QueryReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .filter(filter)
                        .outputFields(MilvusRow.FIELDS)
                        .limit(MAX_FETCH)
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build()));
        return found.getQueryResults().stream()
                .map(result -> MilvusRow.of(result.getEntity()))
                .toList();
    }

    @Override
    public long count() throws IndexException {
        QueryResp counted = connection.call(
                "count",
                client -> client.query(QueryReq.builder()
                        .databaseName(database)
                        .collectionName(options.collection())
                        .filter("")
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build()));
        return value(counted.getQueryResults().get(0).getEntity(), "count(*)", Number.class)
                .longValue();
    }

    private static <T> T value(Map<String, Object> entity, String field, Class<T> type) {
        return type.cast(Objects.requireNonNull(entity.get(field), field));
    }

    @Override
    public void close() {
        connection.close();
    }
}

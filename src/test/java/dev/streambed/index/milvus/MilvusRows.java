package dev.streambed.index.milvus;

import com.google.gson.JsonElement;
import dev.streambed.index.Row;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.vector.request.QueryReq;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Every row of a collection with its vector, read with strong consistency: what a test holds against what should be there. The collection must be
 * loaded. Not thread-safe.
 *
 * <p>A query of Milvus returns at most 16,384 rows, in no promised order, so it is asked for ranges of ids that are split until each is small
 * enough; each part's rows are held against {@code count(*)}.
 */
public final class MilvusRows implements AutoCloseable {
    private static final int AT_ONCE = 4_000;
    private static final List<String> FIELDS = List.of(
            MilvusSchema.ID,
            MilvusSchema.DOCUMENT_ID,
            MilvusSchema.CHUNK,
            MilvusSchema.VERSION,
            MilvusSchema.TITLE,
            MilvusSchema.TEXT,
            MilvusSchema.METADATA,
            MilvusSchema.VECTOR);

    private final MilvusClientV2 client;
    private final String collection;

    public MilvusRows(String uri, String collection) {
        this.client = new MilvusClientV2(
                ConnectConfig.builder().uri(uri).rpcDeadlineMs(60_000).build());
        this.collection = collection;
    }

    /**
     * All rows by id, in the order of ids in bytes. A title of the empty string is null; metadata is a map of JSON elements.
     *
     * @throws IllegalStateException if the store holds an id twice
     */
    public Map<String, Row> all() {
        var rows = new LinkedHashMap<String, Row>();
        read("", null, rows);
        return rows;
    }

    /** The rows with after {@code <} id {@code <=} upTo. */
    private void read(String after, @Nullable String upTo, Map<String, Row> into) {
        String filter = MilvusSchema.ID + " > " + MilvusIndex.literal(after)
                + (upTo == null ? "" : " and " + MilvusSchema.ID + " <= " + MilvusIndex.literal(upTo));
        long count = ((Number) Objects.requireNonNull(
                        query(filter, List.of("count(*)"), 0).get(0).get("count(*)")))
                .longValue();
        if (count <= AT_ONCE) {
            List<Row> found = query(filter, FIELDS, AT_ONCE + 1).stream()
                    .map(MilvusRows::row)
                    .toList();
            found.forEach(row -> into.put(row.id(), row));
            long distinct = found.stream().map(Row::id).distinct().count();
            if (found.size() != count || distinct != count) {
                throw new IllegalStateException("count(*) is " + count + " where " + filter + ", but " + found.size()
                        + " rows with " + distinct + " ids were read");
            }
        } else {
            List<String> ids = query(filter, List.of(MilvusSchema.ID), 1_000).stream()
                    .map(row -> (String) Objects.requireNonNull(row.get(MilvusSchema.ID)))
                    .sorted()
                    .toList();
            String middle = ids.get(ids.size() / 2);
            read(after, middle, into);
            read(middle, upTo, into);
        }
    }

    private List<Map<String, Object>> query(String filter, List<String> fields, int limit) {
        var request = QueryReq.builder()
                .collectionName(collection)
                .filter(filter)
                .outputFields(fields)
                .consistencyLevel(ConsistencyLevel.STRONG);
        if (limit > 0) {
            request.limit(limit);
        }
        var entities = new ArrayList<Map<String, Object>>();
        client.query(request.build()).getQueryResults().forEach(each -> entities.add(each.getEntity()));
        return entities;
    }

    private static Row row(Map<String, Object> entity) {
        var metadata = new LinkedHashMap<String, @Nullable Object>();
        ((JsonElement) field(entity, MilvusSchema.METADATA))
                .getAsJsonObject()
                .entrySet()
                .forEach(each -> metadata.put(each.getKey(), each.getValue()));
        List<?> components = (List<?>) field(entity, MilvusSchema.VECTOR);
        var vector = new float[components.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = ((Number) components.get(i)).floatValue();
        }
        String title = (String) field(entity, MilvusSchema.TITLE);
        return new Row(
                (String) field(entity, MilvusSchema.ID),
                (String) field(entity, MilvusSchema.DOCUMENT_ID),
                ((Number) field(entity, MilvusSchema.CHUNK)).intValue(),
                ((Number) field(entity, MilvusSchema.VERSION)).longValue(),
                title.isEmpty() ? null : title,
                (String) field(entity, MilvusSchema.TEXT),
                metadata,
                vector);
    }

    private static Object field(Map<String, Object> entity, String name) {
        return Objects.requireNonNull(entity.get(name), name);
    }

    /** Drops the collection, as an operator would. */
    public void drop() {
        client.dropCollection(
                DropCollectionReq.builder().collectionName(collection).build());
    }

    @Override
    public void close() {
        client.close();
    }
}

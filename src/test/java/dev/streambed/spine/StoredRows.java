package dev.streambed.spine;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.response.QueryResp;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Reads a collection with the SDK alone, strongly consistent: what is really there. */
final class StoredRows {
    private static final List<String> FIELDS =
            List.of("id", "document_id", "chunk", "version", "title", "text", "metadata", "vector");
    private static final long MOST = 16_000;

    private StoredRows() {}

    /** A row as it is stored. */
    record Stored(
            String id,
            String documentId,
            long chunk,
            long version,
            String title,
            String text,
            JsonObject metadata,
            List<Float> vector) {}

    /** All rows by id; fails where there are more than one query returns. */
    static Map<String, Stored> read(String uri, String collection) {
        MilvusClientV2 client =
                new MilvusClientV2(ConnectConfig.builder().uri(uri).build());
        try {
            Map<String, Stored> rows = new TreeMap<>();
            QueryResp found = client.query(QueryReq.builder()
                    .collectionName(collection)
                    .filter("chunk >= 0")
                    .outputFields(FIELDS)
                    .limit(MOST)
                    .consistencyLevel(ConsistencyLevel.STRONG)
                    .build());
            for (QueryResp.QueryResult result : found.getQueryResults()) {
                Stored row = row(result.getEntity());
                if (rows.put(row.id(), row) != null) {
                    throw new AssertionError("stored twice: " + row.id());
                }
            }
            long count = count(client, collection);
            if (count != rows.size()) {
                throw new AssertionError("count(*) is " + count + ", rows read are " + rows.size());
            }
            return rows;
        } finally {
            client.close();
        }
    }

    private static long count(MilvusClientV2 client, String collection) {
        QueryResp counted = client.query(QueryReq.builder()
                .collectionName(collection)
                .filter("")
                .outputFields(List.of("count(*)"))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
        return number(counted.getQueryResults().get(0).getEntity(), "count(*)");
    }

    @SuppressWarnings("unchecked")
    private static Stored row(Map<String, Object> entity) {
        return new Stored(
                text(entity, "id"),
                text(entity, "document_id"),
                number(entity, "chunk"),
                number(entity, "version"),
                text(entity, "title"),
                text(entity, "text"),
                new Gson().fromJson(String.valueOf(entity.get("metadata")), JsonObject.class),
                (List<Float>) Objects.requireNonNull(entity.get("vector")));
    }

    private static String text(Map<String, Object> entity, String field) {
        return (String) Objects.requireNonNull(entity.get(field), field);
    }

    private static long number(Map<String, Object> entity, String field) {
        return ((Number) Objects.requireNonNull(entity.get(field), field)).longValue();
    }
}

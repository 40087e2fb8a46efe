package dev.streambed.index.milvus;

import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.response.DescribeCollectionResp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The collection of CONTRACT.md: its fields, its index, and whether one that is there is the one wanted.
 *
 * <p>A VARCHAR's limit is counted in bytes of UTF-8 by the server and in chars by the SDK; bytes are never fewer, so a row checked in bytes
 * passes both. There is no partition key: Milvus 2.3.5 misplaces upserts where there is one.
 */
final class MilvusSchema {
    static final String ID = "id";
    static final String DOCUMENT_ID = "document_id";
    static final String CHUNK = "chunk";
    static final String VERSION = "version";
    static final String TITLE = "title";
    static final String TEXT = "text";
    static final String METADATA = "metadata";
    static final String VECTOR = "vector";

    /** {@code <document id>#<chunk>}: 512, the sign and ten digits. */
    static final int ID_BYTES = 600;

    static final int DOCUMENT_ID_BYTES = 512;

    /** The most that Milvus takes, of a title and of a text. */
    static final int TEXT_BYTES = 65_535;

    /** The most that Milvus takes, of the JSON. */
    static final int METADATA_BYTES = 65_536;

    private static final String DESCRIPTION = "Streambed, pipeline ";

    private MilvusSchema() {}

    static CreateCollectionReq creation(MilvusOptions options) {
        var schema = CreateCollectionReq.CollectionSchema.builder()
                .enableDynamicField(false)
                .build();
        for (AddFieldReq field : fields(options.dimension())) {
            schema.addField(field);
        }
        var request = CreateCollectionReq.builder()
                .collectionName(options.collection())
                .description(DESCRIPTION + options.pipelineFingerprint())
                .collectionSchema(schema)
                .consistencyLevel(ConsistencyLevel.BOUNDED)
                .numShards(1);
        if (options.database() != null) {
            request.databaseName(options.database());
        }
        return request.build();
    }

    private static List<AddFieldReq> fields(int dimension) {
        return List.of(
                varchar(ID, ID_BYTES, true),
                varchar(DOCUMENT_ID, DOCUMENT_ID_BYTES, false),
                AddFieldReq.builder().fieldName(CHUNK).dataType(DataType.Int64).build(),
                AddFieldReq.builder()
                        .fieldName(VERSION)
                        .dataType(DataType.Int64)
                        .build(),
                varchar(TITLE, TEXT_BYTES, false),
                varchar(TEXT, TEXT_BYTES, false),
                AddFieldReq.builder()
                        .fieldName(METADATA)
                        .dataType(DataType.JSON)
                        .build(),
                AddFieldReq.builder()
                        .fieldName(VECTOR)
                        .dataType(DataType.FloatVector)
                        .dimension(dimension)
                        .build());
    }

    private static AddFieldReq varchar(String name, int bytes, boolean primary) {
        return AddFieldReq.builder()
                .fieldName(name)
                .dataType(DataType.VarChar)
                .maxLength(bytes)
                .isPrimaryKey(primary)
                .autoID(false)
                .build();
    }

    /** HNSW over the cosine: M 16 and efConstruction 200, a middling graph that recalls well from a hundred to millions of rows. */
    static IndexParam vectorIndex() {
        return IndexParam.builder()
                .fieldName(VECTOR)
                .indexName(VECTOR)
                .indexType(IndexParam.IndexType.HNSW)
                .metricType(IndexParam.MetricType.COSINE)
                .extraParams(Map.of("M", 16, "efConstruction", 200))
                .build();
    }

    /**
     * Whether the collection is the one wanted.
     *
     * @throws IndexException STOPPED, saying what differs and what to do
     */
    static void requireOurs(MilvusOptions options, DescribeCollectionResp found) throws IndexException {
        String description = found.getDescription() == null ? "" : found.getDescription();
        if (!description.startsWith(DESCRIPTION)) {
            throw refused(options, "it was not made by Streambed (its description says no pipeline)");
        }
        String fingerprint = description.substring(DESCRIPTION.length());
        if (!fingerprint.equals(options.pipelineFingerprint())) {
            throw refused(
                    options,
                    "it holds vectors of another pipeline (fingerprint " + fingerprint + ", this one is "
                            + options.pipelineFingerprint() + ")");
        }
        List<String> differences = differences(fields(options.dimension()), found);
        if (!differences.isEmpty()) {
            throw refused(options, "its schema differs: " + String.join("; ", differences));
        }
    }

    private static List<String> differences(List<AddFieldReq> wanted, DescribeCollectionResp found) {
        var differences = new ArrayList<String>();
        for (AddFieldReq field : wanted) {
            var there = found.getCollectionSchema().getField(field.getFieldName());
            if (there == null) {
                differences.add("no field " + field.getFieldName());
            } else if (there.getDataType() != field.getDataType()) {
                differences.add(field.getFieldName() + " is " + there.getDataType() + ", not " + field.getDataType());
            } else if (field.getDataType() == DataType.FloatVector
                    && !field.getDimension().equals(there.getDimension())) {
                differences.add("vectors of " + there.getDimension() + " dimensions, not " + field.getDimension());
            } else if (field.getDataType() == DataType.VarChar && field.getMaxLength() > there.getMaxLength()) {
                differences.add(field.getFieldName() + " takes " + there.getMaxLength() + " bytes, not "
                        + field.getMaxLength());
            } else if (field.getIsPrimaryKey() && !Boolean.TRUE.equals(there.getIsPrimaryKey())) {
                differences.add(field.getFieldName() + " is not the primary key");
            }
        }
        return differences;
    }

    private static IndexException refused(MilvusOptions options, String why) {
        return new IndexException(
                Kind.STOPPED,
                options + " cannot be used: " + why
                        + ". Set milvus.collection (or pipeline.name) to another one, which is then"
                        + " created and filled from the log, or drop this one if nobody needs it");
    }
}

package dev.streambed.observe.trace;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Which attributes a span may have, by what it is of. Immutable. */
final class SpanAttributes {
    private static final Set<SpanAttribute> RECORD = Set.of(
            SpanAttribute.MESSAGING_SYSTEM,
            SpanAttribute.MESSAGING_OPERATION_TYPE,
            SpanAttribute.MESSAGING_OPERATION_NAME,
            SpanAttribute.MESSAGING_DESTINATION,
            SpanAttribute.MESSAGING_KEY,
            SpanAttribute.MESSAGING_MESSAGE_ID);

    private static final Set<SpanAttribute> PLACE =
            Set.of(SpanAttribute.MESSAGING_PARTITION, SpanAttribute.MESSAGING_OFFSET);

    private static final Set<SpanAttribute> ARRIVAL = Set.of(
            SpanAttribute.MESSAGING_GROUP,
            SpanAttribute.MESSAGING_CONVERSATION_ID,
            SpanAttribute.MESSAGING_BODY_SIZE,
            SpanAttribute.MESSAGING_TOMBSTONE);

    private static final Set<SpanAttribute> ERROR = Set.of(SpanAttribute.ERROR_TYPE);

    private static final Set<SpanAttribute> END = union(ERROR, Set.of(SpanAttribute.OUTCOME, SpanAttribute.REASON));

    private static final Set<SpanAttribute> SERVER = Set.of(SpanAttribute.SERVER_ADDRESS, SpanAttribute.SERVER_PORT);

    /** Of a record that is sent as the consequence of another. */
    private static final Set<SpanAttribute> CONSEQUENCE = union(RECORD);

    /** Of an event that `publish` sends. */
    private static final Set<SpanAttribute> PUBLISHED = union(RECORD, PLACE, ERROR);

    /** Of an answer that has come. */
    private static final Set<SpanAttribute> RECEIVED = union(RECORD, END);

    /** Of a record of the log in INDEX. */
    private static final Set<SpanAttribute> PROCESSED = union(RECORD, PLACE, ARRIVAL, END);

    /** Of an event in EMBED, which goes on to the log or ends. */
    private static final Set<SpanAttribute> PROCESSED_AND_LOGGED =
            union(PROCESSED, Set.of(SpanAttribute.CHUNKS, SpanAttribute.LOG_RECORD));

    private static final Set<SpanAttribute> CUTTING = union(ERROR, Set.of(SpanAttribute.CHUNKS, SpanAttribute.TOKENS));

    /** Of a batch in a model of this process. */
    private static final Set<SpanAttribute> BATCH = union(
            ERROR,
            Set.of(
                    SpanAttribute.GEN_AI_OPERATION,
                    SpanAttribute.GEN_AI_PROVIDER,
                    SpanAttribute.GEN_AI_MODEL,
                    SpanAttribute.GEN_AI_DIMENSION,
                    SpanAttribute.GEN_AI_INPUT_TOKENS,
                    SpanAttribute.BATCH_CHUNKS,
                    SpanAttribute.BATCH_DOCUMENTS,
                    SpanAttribute.BATCH_PADDED_TOKENS));

    /** Of a batch that another process embeds. */
    private static final Set<SpanAttribute> BATCH_ELSEWHERE = union(BATCH, SERVER);

    /** Of a call to the store. */
    private static final Set<SpanAttribute> STORE_CALL = union(
            ERROR,
            SERVER,
            Set.of(
                    SpanAttribute.DB_SYSTEM,
                    SpanAttribute.DB_NAMESPACE,
                    SpanAttribute.DB_COLLECTION,
                    SpanAttribute.DB_OPERATION,
                    SpanAttribute.DB_BATCH_SIZE,
                    SpanAttribute.BATCH_ROWS,
                    SpanAttribute.BATCH_DOCUMENTS));

    private SpanAttributes() {}

    /** Those that it may have, in their order. */
    static Set<SpanAttribute> of(SpanName name) {
        return switch (name) {
            case SEND_DOCUMENT -> PUBLISHED;
            case PROCESS_DOCUMENT -> PROCESSED_AND_LOGGED;
            case CHUNK -> CUTTING;
            case EMBEDDINGS -> BATCH;
            case EMBEDDINGS_CALL -> BATCH_ELSEWHERE;
            case SEND_EMBEDDING, SEND_COMPLETION -> CONSEQUENCE;
            case PROCESS_EMBEDDING -> PROCESSED;
            case UPSERT, DELETE -> STORE_CALL;
            case RECEIVE_COMPLETION -> RECEIVED;
        };
    }

    /** In the order in which they are declared. */
    @SafeVarargs
    private static Set<SpanAttribute> union(Set<SpanAttribute>... parts) {
        Set<SpanAttribute> all = EnumSet.noneOf(SpanAttribute.class);
        for (Set<SpanAttribute> part : parts) {
            all.addAll(part);
        }
        return Collections.unmodifiableSet(all);
    }
}

package dev.streambed.observe.trace;

/** Every attribute that a span may have. None holds text of a document. */
public enum SpanAttribute {
    MESSAGING_SYSTEM("messaging.system", "`kafka`"),
    MESSAGING_OPERATION_TYPE("messaging.operation.type", "`send`, `process` or `receive`"),
    MESSAGING_OPERATION_NAME("messaging.operation.name", "the same"),
    MESSAGING_DESTINATION("messaging.destination.name", "the topic"),
    MESSAGING_PARTITION("messaging.destination.partition.id", "its partition"),
    MESSAGING_GROUP("messaging.consumer.group.name", "the application id of the stage"),
    MESSAGING_OFFSET("messaging.kafka.offset", "the record's offset"),
    MESSAGING_KEY("messaging.kafka.message.key", "the document's id"),
    MESSAGING_TOMBSTONE("messaging.kafka.message.tombstone", "true where the record has no value"),
    MESSAGING_MESSAGE_ID("messaging.message.id", "the event's id"),
    MESSAGING_CONVERSATION_ID("messaging.message.conversation_id", "the event's `ce_correlationid`"),
    MESSAGING_BODY_SIZE("messaging.message.body.size", "bytes of the record's value"),
    GEN_AI_OPERATION("gen_ai.operation.name", "`embeddings`"),
    GEN_AI_PROVIDER("gen_ai.provider.name", "`onnxruntime`, `openai` (whoever speaks its protocol) or `tei`"),
    GEN_AI_MODEL("gen_ai.request.model", "the model's name"),
    GEN_AI_DIMENSION("gen_ai.embeddings.dimension.count", "components of a vector"),
    GEN_AI_INPUT_TOKENS("gen_ai.usage.input_tokens", "tokens of a batch, without padding"),
    DB_SYSTEM("db.system.name", "`milvus`, or `lucene` for the memory index"),
    DB_NAMESPACE("db.namespace", "Milvus's database"),
    DB_COLLECTION("db.collection.name", "the collection"),
    DB_OPERATION("db.operation.name", "`upsert` or `delete`"),
    DB_BATCH_SIZE("db.operation.batch.size", "rows or ids of a call, if there are more than one"),
    SERVER_ADDRESS("server.address", "the host of the store or the embedding service"),
    SERVER_PORT("server.port", "its port"),
    ERROR_TYPE(
            "error.type",
            "of a span that failed: the reason's code, the store's kind of refusal (`transient`, `stopped`, `poison`), or the exception's class"),
    OUTCOME(
            "streambed.outcome",
            "the event's outcome, on the span in which it was decided; `FAILED` and `REJECTED` are errors"),
    REASON("streambed.reason", "the code of the reason, where the outcome has one"),
    LOG_RECORD("streambed.log.record", "what EMBED wrote to the log: `upsert`, `unchanged` or `tombstone`"),
    CHUNKS("streambed.chunks", "chunks of a document"),
    TOKENS("streambed.tokens", "tokens of a text's windows, overlap included"),
    BATCH_ROWS("streambed.batch.rows", "rows or ids of a call"),
    BATCH_CHUNKS("streambed.batch.chunks", "chunks in a batch"),
    BATCH_DOCUMENTS(
            "streambed.batch.documents",
            "documents whose spans a batch or a call is linked to; those that are not traced are not counted"),
    BATCH_PADDED_TOKENS("streambed.batch.padded_tokens", "cells of a batch: its tokens and the padding");

    private final String key;
    private final String meaning;

    SpanAttribute(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    public String key() {
        return key;
    }

    /** For people, in Markdown. */
    public String meaning() {
        return meaning;
    }
}

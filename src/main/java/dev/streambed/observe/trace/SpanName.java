package dev.streambed.observe.trace;

import java.util.Set;

/** Every span there is, in the order of the data. The names follow OpenTelemetry's conventions: what is done, and to what. */
public enum SpanName {
    SEND_DOCUMENT(
            "send",
            "<documents topic>",
            Kind.PRODUCER,
            "`publish`: one event, until the brokers have it; with `--wait`, until Kafka's client has taken it. A new trace, by"
                    + " `traces.sample-ratio`."),
    PROCESS_DOCUMENT(
            "process",
            "<documents topic>",
            Kind.CONSUMER,
            "EMBED: one event from its arrival until what becomes of it is known; its wait behind another event of its document is in it. Goes"
                    + " on with the event's `traceparent`; without one a new trace, by `traces.sample-ratio`."),
    CHUNK("chunk", "", Kind.INTERNAL, "EMBED: cutting one text into windows of tokens."),
    EMBEDDINGS(
            "embeddings",
            "<model>",
            Kind.INTERNAL,
            "EMBED: one batch in the model, with links to each of its documents. In the trace of the first; the other documents' spans have a"
                    + " link to it."),
    EMBEDDINGS_CALL(
            "embeddings",
            "<model>",
            Kind.CLIENT,
            "EMBED: the same for a call of an embedding service, its repetitions included."),
    SEND_EMBEDDING(
            "send",
            "<log topic>",
            Kind.PRODUCER,
            "EMBED: one record of the log, from when it is made until the stream thread has handed it to Kafka's client. The record carries its"
                    + " `traceparent`."),
    PROCESS_EMBEDDING(
            "process",
            "<log topic>",
            Kind.CONSUMER,
            "INDEX: one record of the log from its arrival until what becomes of it is known. Begins no trace of its own; a refill makes none."),
    UPSERT(
            "upsert",
            "<collection>",
            Kind.CLIENT,
            "INDEX: one call to the store with the rows of many documents, with links to each. In the trace of the first; the other"
                    + " documents' spans have a link to it."),
    DELETE("delete", "<collection>", Kind.CLIENT, "INDEX: the same for a call that deletes rows."),
    SEND_COMPLETION(
            "send",
            "<completions topic>",
            Kind.PRODUCER,
            "EMBED and INDEX: one answer, from when it is made until the stream thread has handed it to Kafka's client. The completion carries"
                    + " its `traceparent`."),
    RECEIVE_COMPLETION("receive", "<completions topic>", Kind.CONSUMER, "`publish --wait`: an answer has come.");

    /** As OpenTelemetry has them. */
    public enum Kind {
        INTERNAL,
        CLIENT,
        PRODUCER,
        CONSUMER
    }

    private final String operation;
    private final String target;
    private final Kind kind;
    private final String meaning;

    SpanName(String operation, String target, Kind kind, String meaning) {
        this.operation = operation;
        this.target = target;
        this.kind = kind;
        this.meaning = meaning;
    }

    /** What is done. */
    public String operation() {
        return operation;
    }

    public Kind kind() {
        return kind;
    }

    /** Those that it may have, in their order. */
    public Set<SpanAttribute> attributes() {
        return SpanAttributes.of(this);
    }

    /** For people, in Markdown. */
    public String meaning() {
        return meaning;
    }

    /** With the kind of target in place of one. */
    public String template() {
        return of(target);
    }

    /**
     * The name itself.
     *
     * @param what it is done to: a topic, a model, a collection; empty where there is nothing to name
     */
    public String of(String what) {
        return what.isEmpty() ? operation : operation + ' ' + what;
    }
}

package dev.streambed.observe.trace;

import java.util.Locale;

/** The spans and their attributes for people, in Markdown. */
public final class SpanTable {
    private SpanTable() {}

    /** {@code docs/traces.md}; a test keeps the file equal to it. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Traces

                With `traces.endpoint` the service sends spans to a collector of OpenTelemetry, by OTLP over HTTP; without it nothing is traced, and
                nothing of OpenTelemetry is loaded. `publish` does the same.

                - **Which events.** One that comes with a `traceparent` (W3C) is traced where that says so. Of those that come without, or with one that
                  cannot be read, `traces.sample-ratio` are. `tracestate` and `baggage` are not looked at.
                - **How a trace goes on.** The record in the log carries the `traceparent` of the span that sent it, so INDEX goes on with it, in
                  whatever process, and the completion carries that of its own. Where an event is not traced, both carry the event's own, unchanged.
                - **What many documents share**, a batch in the model and a call to the store, is one span: in the trace of its first document, with a
                  link to each of its documents that is traced, and a link back from each. At most 256 links; the span says how many are missing.
                - **What fails** has the status `ERROR` and `error.type`. Work that is given up, because its partition went elsewhere, leaves no span: who
                  has the partition does it again.
                - **What gets lost.** Nothing waits for the collector. At most 4,096 ended spans are held; what comes beyond, or is not taken within 10 s,
                  is lost and counted: `streambed_traces_spans_total` by `outcome` (`exported`, `dropped`, `failed`).
                - No span holds text of a document. Ids of documents and events are in them.

                The names follow OpenTelemetry's semantic conventions for messaging, generative AI and databases; what those have no name for begins with
                `streambed.`.

                | Span | Kind | What it covers |
                | --- | --- | --- |
                """);
        for (SpanName name : SpanName.values()) {
            page.append("| `%s` | %s | %s |\n"
                    .formatted(name.template(), name.kind().name().toLowerCase(Locale.ROOT), name.meaning()));
        }
        page.append("""

                | Attribute | What it is |
                | --- | --- |
                """);
        for (SpanAttribute attribute : SpanAttribute.values()) {
            page.append("| `%s` | %s |\n".formatted(attribute.key(), attribute.meaning()));
        }
        page.append("""

                The resource has `service.name` (`traces.service-name`), `service.version`, `service.instance.id` and `streambed.pipeline`.
                """);
        return page.toString();
    }
}

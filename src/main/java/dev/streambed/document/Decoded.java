package dev.streambed.document;

import dev.streambed.completion.Reason;
import org.jspecify.annotations.Nullable;

/** What a record of an input topic turned out to be. */
public sealed interface Decoded {
    /** The envelope; present for wrong input too, as far as it could be read. */
    EventContext context();

    /** A change to work on. */
    record Accepted(DocumentEvent event) implements Decoded {
        @Override
        public EventContext context() {
            return event.context();
        }
    }

    /**
     * Wrong input, to be answered {@code REJECTED}.
     *
     * @param documentId the document's id where a valid one could be read, else null
     */
    record Rejected(EventContext context, @Nullable String documentId, Reason reason) implements Decoded {}
}

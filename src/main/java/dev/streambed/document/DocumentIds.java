package dev.streambed.document;

import dev.streambed.completion.ReasonCode;
import org.jspecify.annotations.Nullable;

/** What a document id may be: 1..512 bytes of UTF-8 without control characters. */
final class DocumentIds {
    static final int MAX_BYTES = 512;

    private DocumentIds() {}

    /**
     * The id, if it is one.
     *
     * @param where names its place in the message, e.g. {@code field "id"}
     */
    static String check(String id, String where) throws InvalidInput {
        String problem = problemOf(id);
        if (problem != null) {
            throw new InvalidInput(
                    ReasonCode.INVALID_ID,
                    where + " " + problem + "; a document id is 1.." + MAX_BYTES
                            + " bytes of UTF-8 without control characters");
        }
        return id;
    }

    /** The id, or null where it is none. */
    static @Nullable String legalOrNull(@Nullable String id) {
        return id != null && problemOf(id) == null ? id : null;
    }

    private static @Nullable String problemOf(String id) {
        if (id.isEmpty()) {
            return "is empty";
        }
        if (id.length() > MAX_BYTES || Texts.utf8Length(id) > MAX_BYTES) {
            return "has " + Texts.utf8Length(id) + " bytes";
        }
        if (Texts.hasLoneSurrogate(id)) {
            return "has half of a surrogate pair";
        }
        if (Texts.hasControlCharacter(id)) {
            return "has a control character: " + Texts.quote(id);
        }
        return null;
    }
}

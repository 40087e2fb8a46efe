package dev.streambed.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks of text that the JDK and Jackson leave open. */
final class Texts {
    private static final int QUOTED_CODE_POINTS = 64;

    private Texts() {}

    /**
     * Decodes UTF-8, strictly: no overlong forms, no encoded surrogates, nothing replaced.
     *
     * @param what names the bytes in the message, e.g. {@code the value}
     * @return from the array's start to the buffer's limit
     */
    static CharBuffer decodeUtf8(byte[] bytes, String what) throws InvalidInput {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        if (result.isError()) {
            throw InvalidInput.malformed(
                    what + " is not valid UTF-8 at byte " + in.position() + "; encode it as UTF-8");
        }
        return out.flip();
    }

    /** The text of strict UTF-8, or null where the bytes are null or no UTF-8. */
    static @Nullable String utf8OrNull(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return decodeUtf8(bytes, "").toString();
        } catch (InvalidInput e) {
            return null;
        }
    }

    /** Whether the text has half of a surrogate pair, which no UTF-8 can carry. */
    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** Whether nothing of the text could be embedded: spaces of any kind, control and invisible format characters only. */
    static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT);
    }

    static boolean hasControlCharacter(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    static int utf8Length(String text) {
        // Well-formed text only: lone surrogates are refused before.
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** For messages: in quotes, at most 64 code points, whatever does not print as an escape. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int[] codePoints = text.codePoints().limit(QUOTED_CODE_POINTS + 1L).toArray();
        for (int i = 0; i < Math.min(codePoints.length, QUOTED_CODE_POINTS); i++) {
            int c = codePoints[i];
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.UNASSIGNED,
                        Character.PRIVATE_USE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> quoted.append(String.format("\\u{%x}", c));
                default -> {
                    if (c == '"' || c == '\\') {
                        quoted.append('\\');
                    }
                    quoted.appendCodePoint(c);
                }
            }
        }
        if (codePoints.length > QUOTED_CODE_POINTS) {
            quoted.append('…');
        }
        return quoted.append('"').toString();
    }
}

package dev.streambed.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys of the log: a document's id in UTF-8; for a mark the id, a NUL and {@code same}. No document id has a NUL. */
final class LogKeys {
    private static final byte[] MARK = "\0same".getBytes(StandardCharsets.UTF_8);

    private LogKeys() {}

    static byte[] ofDocument(String documentId) {
        return documentId.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] ofMark(String documentId) {
        byte[] id = ofDocument(documentId);
        byte[] key = Arrays.copyOf(id, id.length + MARK.length);
        System.arraycopy(MARK, 0, key, id.length, MARK.length);
        return key;
    }

    static boolean isMark(byte[] key) {
        int start = key.length - MARK.length;
        return start > 0 && Arrays.equals(key, start, key.length, MARK, 0, MARK.length);
    }

    static byte[] documentIdBytes(byte[] key) {
        return isMark(key) ? Arrays.copyOf(key, key.length - MARK.length) : key;
    }

    /** @throws LogFormatException if the key is empty or a mark of another kind */
    static String documentId(byte[] key) {
        byte[] id = documentIdBytes(key);
        for (byte b : id) {
            if (b == 0) {
                throw new LogFormatException("a record of the log has a key with a NUL that is no mark known here");
            }
        }
        if (id.length == 0) {
            throw new LogFormatException("a record of the log has an empty key");
        }
        return new String(id, StandardCharsets.UTF_8);
    }
}

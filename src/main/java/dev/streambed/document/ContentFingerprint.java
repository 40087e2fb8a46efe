package dev.streambed.document;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells equal content: over every stored field but the version (id, text, title, metadata) and the pipeline. The order of metadata's
 * keys does not matter, at any level; the kind of a number does (1 is not 1.0). Every part carries its kind and its length, so that
 * no two contents run together into the same bytes. Stable across processes and releases: heads keep it.
 */
public final class ContentFingerprint {
    private static final int BYTES = 16;

    private ContentFingerprint() {}

    /**
     * The fingerprint of a change's content.
     *
     * @param pipelineFingerprint names everything that decides a vector
     * @return 32 hexadecimal digits, the first half of a SHA-256
     */
    public static String of(DocumentChange change, String pipelineFingerprint) {
        MessageDigest sha256 = sha256();
        try (DataOutputStream out =
                new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha256))) {
            put(out, pipelineFingerprint);
            put(out, change.id());
            put(out, change.text());
            put(out, change.title());
            put(out, change.metadata());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(Arrays.copyOf(sha256.digest(), BYTES));
    }

    private static void put(DataOutputStream out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.writeByte('0');
        } else if (value instanceof String text) {
            putBytes(out, 's', text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Boolean truth) {
            out.writeByte(truth ? 't' : 'f');
        } else if (value instanceof Long number) {
            out.writeByte('l');
            out.writeLong(number);
        } else if (value instanceof Double number) {
            out.writeByte('d');
            out.writeDouble(number);
        } else if (value instanceof BigInteger number) {
            putBytes(out, 'i', number.toByteArray());
        } else if (value instanceof List<?> list) {
            out.writeByte('a');
            out.writeInt(list.size());
            for (Object element : list) {
                put(out, element);
            }
        } else if (value instanceof Map<?, ?> map) {
            out.writeByte('o');
            out.writeInt(map.size());
            for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                put(out, entry.getKey());
                put(out, entry.getValue());
            }
        } else {
            throw new IllegalArgumentException(
                    "not a JSON value: " + value.getClass().getName());
        }
    }

    private static void putBytes(DataOutputStream out, char kind, byte[] bytes) throws IOException {
        out.writeByte(kind);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.streambed.observe.drift;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Records of the topic of drift: the key is text, the value CBOR, {@code {"format": 1, "entry": {…}}}. Stateless.
 */
final class DriftCodec {
    /** What the numbers mean: the random directions, the canary's texts, the fields. A record of another format is another program's. */
    static final int FORMAT = 1;

    private static final ObjectMapper CBOR = CBORMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DriftCodec() {}

    static byte[] value(DriftEntry entry) {
        ObjectNode root = CBOR.createObjectNode();
        root.put("format", FORMAT);
        root.set("entry", CBOR.valueToTree(entry));
        try {
            return CBOR.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a value.
     *
     * @param key says what it is
     * @throws IOException where it is none, or of another format
     */
    static DriftEntry read(String key, byte[] value) throws IOException {
        JsonNode root = CBOR.readTree(value);
        int format = root.path("format").asInt();
        if (format != FORMAT) {
            throw new IOException("its format is " + format + ", not " + FORMAT);
        }
        JsonNode entry = root.path("entry");
        return key.startsWith(CanaryReference.KIND + "/")
                ? CBOR.treeToValue(entry, CanaryReference.class)
                : CBOR.treeToValue(entry, Baseline.class);
    }
}

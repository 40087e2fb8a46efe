package dev.streambed.document;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JSON values as plain Java: String, Boolean, Long, BigInteger (beyond a long only), Double (finite), null, List and Map. One Java
 * type for each value, so that what was read back equals what was written.
 */
public final class JsonValues {
    /** Deeper is taken for a cycle. Above the depth the decoder accepts, so that only a caller's own maps can reach it. */
    private static final int MAX_DEPTH = 500;

    private JsonValues() {}

    /**
     * A copy, unmodifiable at every level, keys in their order.
     *
     * @throws IllegalArgumentException if something in it is no JSON value, or it is nested beyond 500 levels
     */
    public static Map<String, @Nullable Object> copyOf(Map<String, ? extends @Nullable Object> values) {
        return copyOfMap(values, 1);
    }

    /** Writes a value as {@link #copyOf} makes it, as JSON or in any other format of Jackson's. */
    public static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Double number) {
            generator.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            generator.writeNumber(number);
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName((String) Objects.requireNonNull(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else {
            throw notJson(value);
        }
    }

    private static Map<String, @Nullable Object> copyOfMap(Map<?, ? extends @Nullable Object> map, int depth) {
        requireShallow(depth);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ? extends @Nullable Object> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException("metadata: a key is not a String");
            }
            copy.put(requireWellFormed(key), copyOfValue(entry.getValue(), depth));
        }
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object copyOfValue(@Nullable Object value, int depth) {
        if (value == null || value instanceof Boolean || value instanceof Long) {
            return value;
        }
        if (value instanceof String text) {
            return requireWellFormed(text);
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger number) {
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
        }
        if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
            double number = ((Number) value).doubleValue();
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException("metadata: a number is not finite, or beyond the range of a double");
            }
            return number;
        }
        if (value instanceof List<?> list) {
            requireShallow(depth + 1);
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object element : list) {
                copy.add(copyOfValue(element, depth + 1));
            }
            return Collections.unmodifiableList(copy);
        }
        if (value instanceof Map<?, ?> map) {
            return copyOfMap(map, depth + 1);
        }
        throw notJson(value);
    }

    /** @throws IllegalArgumentException if the text has half of a surrogate pair */
    static String requireWellFormed(String text) {
        if (Texts.hasLoneSurrogate(text)) {
            throw new IllegalArgumentException("a string has half of a surrogate pair, which no UTF-8 can carry");
        }
        return text;
    }

    private static void requireShallow(int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("metadata: nested beyond " + MAX_DEPTH + " levels");
        }
    }

    private static IllegalArgumentException notJson(Object value) {
        return new IllegalArgumentException("metadata: " + value.getClass().getName()
                + " is no JSON value (String, Boolean, Number, List, Map, null)");
    }
}

package dev.streambed.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON values as {@link JsonValues} has them, and refuses what cannot be stored exactly. Thread-safe. */
final class JsonValueReader {
    private final int maxDepth;

    JsonValueReader(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    /**
     * The value at the parser's current token, which is consumed to its end.
     *
     * @param depth objects and arrays around it
     */
    @Nullable
    Object read(JsonParser parser, int depth) throws IOException, InvalidInput {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> wellFormed(parser, parser.getText());
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> finite(parser);
            case START_ARRAY -> readArray(parser, checkDepth(depth + 1));
            case START_OBJECT -> readObject(parser, checkDepth(depth + 1));
            default -> throw InvalidInput.malformed("the value is not valid JSON at " + path(parser));
        };
    }

    /** The name at the parser's current token. */
    String fieldName(JsonParser parser) throws IOException, InvalidInput {
        return wellFormed(parser, parser.currentName());
    }

    static InvalidInput duplicate(JsonParser parser) {
        return InvalidInput.malformed("field " + path(parser) + " is there twice; send it once");
    }

    /** For messages; null is the end of the input. */
    static String nameOf(@Nullable JsonToken token) {
        if (token == null) {
            return "empty";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "no JSON value";
        };
    }

    private List<@Nullable Object> readArray(JsonParser parser, int depth) throws IOException, InvalidInput {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(parser, depth));
        }
        return array;
    }

    private Map<String, @Nullable Object> readObject(JsonParser parser, int depth) throws IOException, InvalidInput {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = fieldName(parser);
            if (object.containsKey(name)) {
                throw duplicate(parser);
            }
            parser.nextToken();
            object.put(name, read(parser, depth));
        }
        return object;
    }

    private int checkDepth(int depth) throws InvalidInput {
        if (depth > maxDepth) {
            throw InvalidInput.malformed("the value is nested deeper than " + maxDepth + " levels; flatten it");
        }
        return depth;
    }

    private static double finite(JsonParser parser) throws IOException, InvalidInput {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw InvalidInput.malformed(
                    "field " + path(parser) + " is a number beyond the range of a double; send it as a string");
        }
        return number;
    }

    private static String wellFormed(JsonParser parser, String text) throws InvalidInput {
        if (Texts.hasLoneSurrogate(text)) {
            throw InvalidInput.malformed("field " + path(parser)
                    + " has half of a surrogate pair, which no UTF-8 can carry; send whole characters");
        }
        return text;
    }

    private static String path(JsonParser parser) {
        return Texts.quote(parser.getParsingContext().pathAsPointer().toString());
    }
}

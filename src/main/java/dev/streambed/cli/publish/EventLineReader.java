package dev.streambed.cli.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines of JSON as bytes, so that they are sent as they are. Holds one line at a time. One thread. */
public final class EventLineReader implements AutoCloseable {
    /** A longer line is not read to its end into memory; no broker would take it. */
    private static final int MOST_BYTES = 32 << 20;

    /** Each level takes some 50 bytes while it is open; the service's own limit is 64. */
    private static final int MOST_DEPTH = 10_000;

    // Depth and lengths are for the service to judge, which answers with a reason, as far as they do no harm here.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(MOST_BYTES)
                    .maxNameLength(MOST_BYTES)
                    .maxNumberLength(MOST_BYTES)
                    .build())
            .build();

    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(8192);
    private long number;

    public EventLineReader(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line that is not blank, or null at the end. */
    public @Nullable EventLine next() throws IOException {
        while (true) {
            line.reset();
            int read = in.read();
            if (read < 0) {
                return null;
            }
            number++;
            boolean tooLong = false;
            for (; read >= 0 && read != '\n'; read = in.read()) {
                tooLong = tooLong || line.size() == MOST_BYTES;
                if (!tooLong) {
                    line.write(read);
                }
            }
            if (tooLong) {
                return new EventLine.Unusable(number, "longer than " + (MOST_BYTES >> 20) + " MB");
            }
            byte[] bytes = line.toByteArray();
            if (!isBlank(bytes)) {
                return parse(number, bytes);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    static EventLine parse(long number, byte[] bytes) {
        String id = null;
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new EventLine.Unusable(number, "not a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                JsonToken token = parser.nextToken();
                if ("id".equals(field) && token == JsonToken.VALUE_STRING) {
                    id = parser.getText();
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                return new EventLine.Unusable(number, "more than one JSON object");
            }
        } catch (StreamConstraintsException e) {
            return new EventLine.Unusable(number, "nested beyond " + MOST_DEPTH + " levels");
        } catch (JsonProcessingException e) {
            return new EventLine.Unusable(
                    number, "not JSON, at column " + e.getLocation().getColumnNr());
        } catch (IOException e) {
            // Malformed UTF-8, for instance; nothing else can fail on bytes in memory.
            return new EventLine.Unusable(number, "not JSON: " + e.getMessage());
        }
        return id == null
                ? new EventLine.Unusable(number, "no id, which must be a string")
                : new EventLine.Event(number, id, bytes);
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}

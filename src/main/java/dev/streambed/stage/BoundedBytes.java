package dev.streambed.stage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Takes keys and values as they are, up to the largest record a topic takes; see {@link Omitted} for what is larger. So a poll holds at
 * most {@code max.poll.records} times that, and one record as it unfolds, whatever the batches hold. Stateless: any thread.
 */
final class BoundedBytes implements Deserializer<byte[]> {
    private static final byte[] NOTHING = {};

    private final int largestBytes;

    /**
     * @param largestBytes of a key, of a value, and of all headers
     */
    BoundedBytes(int largestBytes) {
        this.largestBytes = largestBytes;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (data == null) {
            return null;
        }
        if (data.hasArray() && data.array().length - data.arrayOffset() <= largestBytes) {
            return copy(data); // and so is all that lies behind it in the record
        }
        boundHeaders(headers);
        if (data.remaining() <= largestBytes) {
            return copy(data);
        }
        Omitted.mark(headers, data.remaining());
        return NOTHING;
    }

    /** Headers are read from the record's memory when they are asked for: kept unread they keep all of it. */
    private void boundHeaders(Headers headers) {
        List<Header> all = new ArrayList<>();
        headers.forEach(all::add);
        long bytes = all.stream()
                .mapToLong(header -> header.key().length() + (header.value() == null ? 0L : header.value().length))
                .sum();
        if (bytes > largestBytes) {
            all.forEach(header -> headers.remove(header.key()));
            Omitted.mark(headers, bytes);
        }
    }

    private static byte[] copy(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}

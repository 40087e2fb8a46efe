package dev.streambed.index;

import dev.streambed.stage.HeadCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What INDEX remembers of a document: what the store acknowledged last.
 *
 * @param collection the identity of the collection it is true of; of another one it says nothing
 * @param version of the rows
 * @param chunks rows in the store; 0 after a deletion
 * @param largestChunkCount the most rows any version of it had
 * @param logOffset of the record of the log
 * @param sourceTopic the lane of the event behind it
 * @param sourcePartition its partition
 * @param sourceOffset its offset there
 * @param appendedAtMillis its append time, epoch milliseconds
 */
record Indexed(
        String collection,
        long version,
        int chunks,
        int largestChunkCount,
        long logOffset,
        String sourceTopic,
        int sourcePartition,
        long sourceOffset,
        long appendedAtMillis) {
    /** One byte of format, the numbers, then collection and topic, each with its length. */
    static final HeadCodec<Indexed> CODEC = new Codec();

    private static final class Codec implements HeadCodec<Indexed> {
        private static final byte FORMAT = 1;

        @Override
        public byte[] encode(Indexed indexed) {
            byte[] collection = indexed.collection.getBytes(StandardCharsets.UTF_8);
            byte[] topic = indexed.sourceTopic.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + 4 * Long.BYTES + 5 * Integer.BYTES + collection.length + topic.length)
                    .put(FORMAT)
                    .putLong(indexed.version)
                    .putInt(indexed.chunks)
                    .putInt(indexed.largestChunkCount)
                    .putLong(indexed.logOffset)
                    .putInt(indexed.sourcePartition)
                    .putLong(indexed.sourceOffset)
                    .putLong(indexed.appendedAtMillis)
                    .putInt(collection.length)
                    .put(collection)
                    .putInt(topic.length)
                    .put(topic)
                    .array();
        }

        @Override
        public Indexed decode(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            byte format = buffer.get();
            if (format != FORMAT) {
                throw new IllegalArgumentException("an entry of " + IndexTopology.INDEXED + " of format " + format
                        + "; this version reads format " + FORMAT + ": upgrade, or rebuild the state");
            }
            long version = buffer.getLong();
            int chunks = buffer.getInt();
            int largest = buffer.getInt();
            long logOffset = buffer.getLong();
            int partition = buffer.getInt();
            long offset = buffer.getLong();
            long appendedAt = buffer.getLong();
            String collection = text(buffer);
            return new Indexed(
                    collection, version, chunks, largest, logOffset, text(buffer), partition, offset, appendedAt);
        }

        private static String text(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.getInt()];
            buffer.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

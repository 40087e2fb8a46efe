package dev.streambed.embed;

import dev.streambed.stage.EventRef;
import dev.streambed.stage.HeadCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What EMBED remembers of a document: its newest change that was embedded or deleted.
 *
 * @param version the version stored, or to be stored: explicit, or the last one plus 1
 * @param explicitVersion the highest explicit version so far, -1 for none: so that the order of versions stays transitive when events
 *     with and without a version mix
 * @param contentVersion the version whose content the rows are; older than {@code version} after an {@code UNCHANGED}
 * @param fingerprint of the content and the pipeline; empty where it proves nothing: after a deletion, or a failure
 * @param chunks rows of the content; 0 after a deletion
 * @param largestChunkCount the most chunks any version of it had
 * @param ref the event
 * @param appendedAtMillis the broker's append time of the event, epoch milliseconds
 */
record Head(
        long version,
        long explicitVersion,
        long contentVersion,
        String fingerprint,
        int chunks,
        int largestChunkCount,
        EventRef ref,
        long appendedAtMillis) {
    static final long NO_EXPLICIT_VERSION = -1;

    /** One byte of format, the numbers, then fingerprint and topic, each with its length. */
    static final HeadCodec<Head> CODEC = new Codec();

    /** Whether the newest change named its version itself. */
    boolean isExplicit() {
        return explicitVersion == version;
    }

    /** The same, but no proof that a content is unchanged. */
    Head withoutFingerprint() {
        return new Head(version, explicitVersion, contentVersion, "", chunks, largestChunkCount, ref, appendedAtMillis);
    }

    private static final class Codec implements HeadCodec<Head> {
        private static final byte FORMAT = 1;

        @Override
        public byte[] encode(Head head) {
            byte[] fingerprint = head.fingerprint.getBytes(StandardCharsets.UTF_8);
            byte[] topic = head.ref.topic().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + 5 * Long.BYTES + 5 * Integer.BYTES + fingerprint.length + topic.length)
                    .put(FORMAT)
                    .putLong(head.version)
                    .putLong(head.explicitVersion)
                    .putLong(head.contentVersion)
                    .putInt(head.chunks)
                    .putInt(head.largestChunkCount)
                    .putInt(head.ref.partition())
                    .putLong(head.ref.offset())
                    .putLong(head.appendedAtMillis)
                    .putInt(fingerprint.length)
                    .put(fingerprint)
                    .putInt(topic.length)
                    .put(topic)
                    .array();
        }

        @Override
        public Head decode(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            byte format = buffer.get();
            if (format != FORMAT) {
                throw new IllegalArgumentException("a head of format " + format + "; this version reads format "
                        + FORMAT + ": upgrade, or rebuild the state");
            }
            long version = buffer.getLong();
            long explicitVersion = buffer.getLong();
            long contentVersion = buffer.getLong();
            int chunks = buffer.getInt();
            int largest = buffer.getInt();
            int partition = buffer.getInt();
            long offset = buffer.getLong();
            long appendedAt = buffer.getLong();
            String fingerprint = text(buffer);
            String topic = text(buffer);
            return new Head(
                    version,
                    explicitVersion,
                    contentVersion,
                    fingerprint,
                    chunks,
                    largest,
                    new EventRef(topic, partition, offset),
                    appendedAt);
        }

        private static String text(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.getInt()];
            buffer.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

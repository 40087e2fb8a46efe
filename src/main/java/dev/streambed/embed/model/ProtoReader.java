package dev.streambed.embed.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks a protobuf message field by field; what is not asked for is skipped without being read. */
final class ProtoReader {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteBuffer in;
    private ByteBuffer content = NOTHING;

    /** Reads from {@code in}'s position to its limit, and moves the position. */
    ProtoReader(ByteBuffer in) {
        this.in = in;
    }

    /** The next field's number, or 0 at the end. */
    int next() {
        if (!in.hasRemaining()) {
            return 0;
        }
        try {
            long tag = varint();
            content = NOTHING;
            switch ((int) (tag & 7)) {
                case 0 -> varint();
                case 1 -> skip(Long.BYTES);
                case 2 -> content = skip(varint());
                case 5 -> skip(Integer.BYTES);
                default -> throw new ModelException("the graph is no ONNX file: unknown wire type");
            }
            return (int) (tag >>> 3);
        } catch (BufferUnderflowException e) {
            throw new ModelException("the graph is no ONNX file, or is cut off", e);
        }
    }

    /** The current field's message; empty where it is none. */
    ProtoReader message() {
        return new ProtoReader(content.duplicate());
    }

    /** The current field's text; empty where it is none. */
    String string() {
        return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
    }

    private ByteBuffer skip(long length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer skipped = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return skipped;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = in.get();
            result |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return result;
            }
        }
        throw new BufferUnderflowException();
    }
}

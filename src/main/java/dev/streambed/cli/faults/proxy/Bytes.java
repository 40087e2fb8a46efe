package dev.streambed.cli.faults.proxy;

import io.milvus.shaded.io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as the bytes they are: what is passed on need not be understood. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    private static final Bytes AS_THEY_ARE = new Bytes();

    private Bytes() {}

    /** Any unary method; all that the SDK calls are. */
    static MethodDescriptor<byte[], byte[]> unary(String fullMethod) {
        return MethodDescriptor.newBuilder(AS_THEY_ARE, AS_THEY_ARE)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(fullMethod)
                .build();
    }

    @Override
    public InputStream stream(byte[] message) {
        return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of bytes in memory
        }
    }
}

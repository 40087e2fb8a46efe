package dev.streambed.cli.faults.proxy;

import io.milvus.shaded.io.grpc.CallOptions;
import io.milvus.shaded.io.grpc.Channel;
import io.milvus.shaded.io.grpc.ClientInterceptors;
import io.milvus.shaded.io.grpc.ConnectivityState;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.milvus.shaded.io.grpc.stub.ClientCalls;
import io.milvus.shaded.io.grpc.stub.MetadataUtils;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real Milvus. Thread-safe; answers come on gRPC's threads. A server that is away is tried again every 100 ms: gRPC itself would wait for up to
 * two minutes, and what is measured after an outage is the service, not the proxy.
 */
final class Upstream implements AutoCloseable {
    private static final long RECONNECT_MILLIS = 100;

    /** What belongs to one connection, and is set anew for the other. */
    private static final List<Metadata.Key<String>> HOP_BY_HOP = List.of(
            ascii("user-agent"), ascii("content-type"), ascii("te"), ascii("grpc-timeout"), ascii("grpc-encoding"));

    private final ManagedChannel channel;

    Upstream(URI milvus, ScheduledExecutorService timer) {
        if (milvus.getHost() == null || milvus.getPort() < 0) {
            throw new IllegalArgumentException("the address of Milvus is " + milvus + ": http://host:port is wanted");
        }
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(milvus.getHost(), milvus.getPort())
                .maxInboundMessageSize(MilvusProxy.MAX_MESSAGE_BYTES)
                .directExecutor();
        this.channel = ("https".equals(milvus.getScheme()) ? builder : builder.usePlaintext()).build();
        var unused = timer.scheduleWithFixedDelay(
                this::reconnect, RECONNECT_MILLIS, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private void reconnect() {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    /** Passes a call on, within its deadline and for as long as it has a caller. One of the two is called, once. */
    void call(Exchange exchange, Consumer<byte[]> answered, Consumer<Throwable> failed) {
        var headers = new Metadata();
        headers.merge(exchange.headers());
        HOP_BY_HOP.forEach(headers::discardAll);
        Channel to = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        exchange.context()
                .run(() -> ClientCalls.asyncUnaryCall(
                        to.newCall(Bytes.unary(exchange.fullMethod()), CallOptions.DEFAULT),
                        exchange.request(),
                        new Answer(answered, failed)));
    }

    /** A unary call's message is good only once its status is. */
    private static final class Answer implements StreamObserver<byte[]> {
        private final Consumer<byte[]> answered;
        private final Consumer<Throwable> failed;
        private byte @Nullable [] message;

        Answer(Consumer<byte[]> answered, Consumer<Throwable> failed) {
            this.answered = answered;
            this.failed = failed;
        }

        @Override
        public void onNext(byte[] message) {
            this.message = message;
        }

        @Override
        public void onError(Throwable status) {
            failed.accept(status);
        }

        @Override
        public void onCompleted() {
            if (message == null) {
                failed.accept(Status.INTERNAL
                        .withDescription("Milvus sent no message")
                        .asRuntimeException());
            } else {
                answered.accept(message);
            }
        }
    }

    /** Fails what is under way. */
    @Override
    public void close() {
        channel.shutdownNow();
    }
}

package dev.streambed.cli.faults.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.index.IndexException;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import io.milvus.shaded.io.grpc.Context;
import io.milvus.shaded.io.grpc.Deadline;
import io.milvus.shaded.io.grpc.HandlerRegistry;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.ServerCall;
import io.milvus.shaded.io.grpc.ServerMethodDefinition;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reaches the server beside the request. The server is a fake: a real one does not tell. */
@Timeout(60)
class MilvusProxyHeadersTest {
    private record Seen(
            @Nullable String authorization, @Nullable Deadline deadline) {}

    @Test
    void passesTheTokenTheDeadlineAndTheServersOwnStatus() throws Exception {
        Queue<Seen> seen = new ConcurrentLinkedQueue<>();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .fallbackHandlerRegistry(new RefusesAll(seen))
                .build()
                .start();
        try (var proxy = MilvusProxy.start(0, "http://127.0.0.1:" + server.getPort(), call -> {});
                var index = new MilvusIndex(new MilvusOptions(
                        proxy.uri(), "root:secret", null, "anything", 4, "fingerprint", Duration.ofSeconds(30)))) {
            // when
            assertThatThrownBy(index::count)
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("RESOURCE_EXHAUSTED, not today");

            // then
            assertThat(seen).isNotEmpty().allSatisfy(each -> {
                assertThat(each.authorization())
                        .isEqualTo(Base64.getEncoder().encodeToString("root:secret".getBytes(StandardCharsets.UTF_8)));
                assertThat(each.deadline()).isNotNull();
            });
            assertThat(proxy.count("Connect", Call.Outcome.FAILED)).isPositive();
        } finally {
            server.shutdownNow();
            server.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static final class RefusesAll extends HandlerRegistry {
        private final Queue<Seen> seen;

        RefusesAll(Queue<Seen> seen) {
            this.seen = seen;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
            return ServerMethodDefinition.create(Bytes.unary(method), (call, headers) -> {
                seen.add(new Seen(
                        headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)),
                        Context.current().getDeadline()));
                call.close(Status.RESOURCE_EXHAUSTED.withDescription("not today"), new Metadata());
                return new ServerCall.Listener<>() {};
            });
        }
    }
}

package dev.streambed.index.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.StoreName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Without a server, or with one that says nothing. */
class MilvusConnectionTest {
    @Test
    void saysTransientWithinTheDeadlineWhereNobodyListens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (var down = at("http://127.0.0.1:" + port, Duration.ofMillis(300))) {
            assertUnavailable(down::open);
        }
    }

    @Test
    void saysTransientWithinTheDeadlineWhereNobodyAnswers() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var hanging = at("http://127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(300))) {
            assertUnavailable(hanging::count);
        }
    }

    @Test
    void neverShowsItsToken() {
        MilvusOptions options = options("http://h:1", "root:secret", Duration.ofSeconds(3));

        assertThat(options.toString()).contains("http://h:1", "a_collection").doesNotContain("secret");
    }

    @Test
    void isNamedInTracesByItsDatabaseToo() {
        var options = new MilvusOptions(
                "http://milvus.example:19530",
                null,
                "vectors",
                "articles",
                4,
                "fingerprint",
                MilvusTls.DEFAULT,
                Duration.ofSeconds(3));

        try (var index = new MilvusIndex(options)) {
            assertThat(index.name()).isEqualTo(new StoreName("milvus", "vectors", "articles", "milvus.example", 19530));
        }
    }

    private static MilvusIndex at(String uri, Duration deadline) {
        return new MilvusIndex(options(uri, null, deadline));
    }

    private static MilvusOptions options(String uri, @Nullable String token, Duration deadline) {
        return new MilvusOptions(uri, token, null, "a_collection", 4, "fingerprint", deadline);
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        IndexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TRANSIENT))
                .hasMessageContaining("no answer within the deadline");
    }
}

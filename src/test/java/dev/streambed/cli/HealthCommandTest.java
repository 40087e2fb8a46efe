package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.streambed.observe.HttpEndpoint;
import dev.streambed.observe.HttpOptions;
import dev.streambed.observe.Metrics;
import dev.streambed.observe.status.StatusFixture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class HealthCommandTest {
    private final Terminal terminal = new Terminal();
    private final Metrics metrics = new Metrics();
    private @Nullable String notReady;
    private @Nullable String notLive;
    private HttpEndpoint http;

    @BeforeEach
    void start() throws Exception {
        http = HttpEndpoint.start(
                HttpOptions.open("127.0.0.1", 0),
                metrics.registry(),
                () -> notLive,
                () -> notReady,
                (queries, k) -> List.of(),
                StatusFixture::starting);
    }

    @AfterEach
    void stop() {
        http.close();
        metrics.close();
    }

    @Test
    void aServiceThatIsReadyIsExitCodeZero() {
        assertThat(health()).isZero();
        assertThat(terminal.out()).isEqualTo("ready\n");
    }

    @Test
    void aServiceThatIsNotSaysWhy() {
        notReady = "index holds: Milvus does not answer";

        assertThat(health()).isEqualTo(1);
        assertThat(health("--live")).isZero();
        assertThat(terminal.out()).isEqualTo("not ready: index holds: Milvus does not answer\nlive\n");
    }

    @Test
    void oneThatMustBeRestartedIsNotLive() {
        notLive = "a batch does not return";

        assertThat(health("--live")).isEqualTo(1);
        assertThat(terminal.out()).isEqualTo("not live: a batch does not return\n");
    }

    @Test
    void aServiceOnEveryAddressIsAskedOnLoopback() {
        assertThat(health("--set", "http.host=0.0.0.0")).isZero();
    }

    @Test
    void nobodyThereIsExitCodeOne() {
        http.close();

        assertThat(health()).isEqualTo(1);
        assertThat(terminal.err()).startsWith("streambed: no service answers at http://127.0.0.1:");
    }

    @Test
    void anotherServiceIsNotTakenForOurs() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        other.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = "<p>Welcome</p>".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        other.start();
        try {
            int port = other.getAddress().getPort();

            assertThat(terminal.run("health", "--set", "http.port=" + port)).isEqualTo(1);
            assertThat(terminal.err()).endsWith(" is not Streambed\n");
        } finally {
            other.stop(0);
        }
    }

    private int health(String... args) {
        List<String> all = new ArrayList<>(List.of("health", "--set", "http.port=" + http.port()));
        all.addAll(List.of(args));
        return terminal.run(all.toArray(String[]::new));
    }
}

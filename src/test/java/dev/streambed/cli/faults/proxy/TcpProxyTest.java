package dev.streambed.cli.faults.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpProxyTest {
    private final EchoServer server = new EchoServer();
    private final TcpProxy proxy = TcpProxy.start(0, server.address());

    TcpProxyTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesEveryByteBothWaysAndTheEnd() throws Exception {
        // given more than all buffers on the way hold
        var sent = new byte[20 << 20];
        new Random(4).nextBytes(sent);

        // when
        try (Socket client = connect()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            // then
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
            sending.join();
        }
        proxy.pass(); // a turn of its thread
        assertThat(proxy.open()).isZero();
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void movesNothingWhileItHangsAndAllOfItAfterwards() throws Exception {
        try (Socket before = connect()) {
            assertEchoes(before, "before");

            // when
            proxy.hang();

            // then neither an open connection nor a new one hears anything
            try (Socket during = connect()) {
                for (Socket client : new Socket[] {before, during}) {
                    say(client, "are you there");
                    client.setSoTimeout(200);
                    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                    client.setSoTimeout(0);
                }

                // and nothing is lost
                proxy.pass();
                assertHears(before, "are you there");
                assertHears(during, "are you there");
            }
        }
    }

    @Test
    void refusesAndResetsWhileItIsCutAndKeepsItsPort() throws Exception {
        int port = proxy.port();
        try (Socket open = connect()) {
            assertEchoes(open, "before");

            // when
            proxy.cut();

            // then
            assertThat(proxy.open()).isZero();
            assertThatThrownBy(() -> open.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            try (var somebodyElse = new ServerSocket()) {
                somebodyElse.setReuseAddress(false);
                assertThatThrownBy(
                                () -> somebodyElse.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                        .as("the port is taken all the same")
                        .isInstanceOf(BindException.class);
            }
        }
        proxy.cut(); // again

        // and when
        proxy.pass();

        // then
        assertThat(proxy.port()).isEqualTo(port);
        try (Socket again = connect()) {
            assertEchoes(again, "after");
        }
    }

    @Test
    void cutsOnceAndGoesOn() throws Exception {
        try (Socket open = connect()) {
            assertEchoes(open, "before");

            proxy.cutOnce();

            assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketException.class);
            try (Socket again = connect()) {
                assertEchoes(again, "after");
            }
        }
    }

    @Test
    void delaysEachWayAndLetsGoOfWhatIsUnderWayWhenItPasses() throws Exception {
        proxy.slow(Duration.ofMillis(150), TcpProxy.UNLIMITED);
        try (Socket client = connect()) {
            // when
            long start = System.nanoTime();
            assertEchoes(client, "there and back");

            // then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));

            // and a delay of days ends with a switch
            proxy.slow(Duration.ofDays(10), TcpProxy.UNLIMITED);
            say(client, "under way");
            proxy.slow(Duration.ofDays(10), TcpProxy.UNLIMITED); // a turn of its thread: it may have read it
            proxy.pass();
            assertHears(client, "under way");
        }
    }

    @Test
    void letsNoMoreBytesThroughThanTheWireTakes() throws Exception {
        proxy.slow(Duration.ZERO, 100_000);
        try (Socket client = connect()) {
            long start = System.nanoTime();
            client.getOutputStream().write(new byte[40_000]);
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).hasSize(40_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        }
    }

    @Test
    void resetsItsClientsWhileNobodyListensBehindItAndFollowsANewTarget() throws Exception {
        try (var dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            proxy.retarget((InetSocketAddress) dead.getLocalSocketAddress());
        }
        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }

        proxy.retarget(server.address());
        try (Socket client = connect()) {
            assertEchoes(client, "found");
        }
    }

    @Test
    void closesTwiceAndThenTakesNoSwitch() {
        proxy.close();
        proxy.close();

        assertThatThrownBy(proxy::pass)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void assertEchoes(Socket client, String text) throws IOException {
        say(client, text);
        assertHears(client, text);
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertHears(Socket client, String text) throws IOException {
        byte[] heard = client.getInputStream().readNBytes(text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(new String(heard, StandardCharsets.UTF_8)).isEqualTo(text);
    }
}

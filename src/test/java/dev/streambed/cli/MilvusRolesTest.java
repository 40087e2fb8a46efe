package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import dev.streambed.testing.Eventually;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.service.rbac.request.CreateUserReq;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code topology/milvus-roles.yaml} lists suffices, on a real Milvus with authorization. Not in CI, for a second Milvus takes too long there:
 * {@code -Dstreambed.test.milvus.roles=true}.
 */
@EnabledIfSystemProperty(named = "streambed.test.milvus.roles", matches = "true")
class MilvusRolesTest {
    private static final String ROOT = "root:Milvus";
    private static final int DIMENSION = 8;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void theListedPrivilegesSufficeAndWithoutThemNothingGoes() throws Exception {
        Path data = directory.resolve("milvus");
        String uri = script("start", "--auth", "--port", "0", "--data", data.toString());
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            try (MilvusClientV2Closer root = new MilvusClientV2Closer(uri)) {
                root.client.createUser(CreateUserReq.builder()
                        .userName("writer")
                        .password("writer-pass-1")
                        .build());
            }
            try (MilvusIndex before = index(uri, "writer:writer-pass-1")) {
                assertThatThrownBy(before::open)
                        .isInstanceOfSatisfying(
                                IndexException.class, e -> assertThat(e.kind()).isEqualTo(IndexException.Kind.STOPPED));
            }
            assertThat(topics(broker, uri, "--dry-run").out())
                    .contains("missing  streambed_minilm_index  Collection minilm  Upsert", "missing  writer  role");
            assertThat(topics(broker, uri).out()).contains("granted  writer  role streambed_minilm_index");
            assertThat(topics(broker, uri).out()).contains("ok       writer").doesNotContain("granted", "extra");

            try (MilvusIndex index = index(uri, "writer:writer-pass-1")) {
                Eventually.eventually("opening", () -> openedOrWhyNot(index), "open"::equals);
                float[] vector = {1, 0, 0, 0, 0, 0, 0, 0};
                index.upsert(List.of(new Row("d#0", "d", 0, 1, null, "text", Map.of(), vector)));
                assertThat(index.count()).isEqualTo(1);
                assertThat(index.search(vector, 1)).hasSize(1);
                index.delete(List.of("d#0"));
                assertThat(index.count()).isZero();
            }
        } finally {
            script("stop", "--now", "--data", data.toString());
        }
    }

    /** A grant reaches the proxy a moment later. */
    private static String openedOrWhyNot(MilvusIndex index) {
        try {
            index.open();
            index.count();
            return "open";
        } catch (IndexException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Terminal topics(EmbeddedBroker broker, String uri, String... options) {
        List<String> args = new ArrayList<>(List.of(
                "topics",
                "--acls",
                "--milvus-user",
                "index=writer",
                "--set",
                "milvus.uri=" + uri,
                "--set",
                "milvus.token=" + ROOT,
                "--set",
                "kafka.bootstrap.servers=" + broker.bootstrapServers()));
        args.addAll(List.of(options));
        Terminal terminal = new Terminal();
        assertThat(terminal.run(args.toArray(String[]::new))).as(terminal.err()).isZero();
        return terminal;
    }

    private static MilvusIndex index(String uri, String token) {
        return new MilvusIndex(
                new MilvusOptions(uri, token, null, "minilm", DIMENSION, "fingerprint", Duration.ofSeconds(5)));
    }

    /** The script's last line; its messages go to this JVM's stderr. */
    private static String script(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/milvus"));
        command.addAll(List.of(arguments));
        Process script = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return out.strip();
    }

    /** The SDK's client is no {@link AutoCloseable}. */
    private static final class MilvusClientV2Closer implements AutoCloseable {
        private final MilvusClientV2 client;

        MilvusClientV2Closer(String uri) {
            this.client = new MilvusClientV2(
                    ConnectConfig.builder().uri(uri).token(ROOT).build());
        }

        @Override
        public void close() {
            client.close();
        }
    }
}

package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.Services;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.client.SubmitOptions;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import dev.streambed.embed.remote.ScriptedService;
import dev.streambed.testing.OtlpReceiver;
import dev.streambed.testing.OtlpReceiver.Kind;
import dev.streambed.testing.OtlpReceiver.Span;
import dev.streambed.testing.TestMilvus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trace says of a model and a store that are not in the process: an embedding service over HTTP, and a real Milvus. */
class TracesElsewhereTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void namesTheServiceAndTheStore() throws Exception {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String collection = TestMilvus.randomCollection();
        URI milvus = URI.create(TestMilvus.require().uri());
        try (OtlpReceiver receiver = OtlpReceiver.start();
                ScriptedService embedder = new ScriptedService(call -> null);
                EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            StreambedConfig config = config(
                    broker.bootstrapServers(),
                    Map.of(
                            "traces.endpoint", receiver.url().toString(),
                            "embedder.type", "openai",
                            "embedder.url", embedder.url().toString(),
                            "embedder.model", "a-model",
                            "milvus.uri", milvus.toString(),
                            "milvus.collection", collection,
                            "state.dir", directory.resolve("state").toString()));
            TopicsCommand.createMissing(config);
            try (Service service = Services.start(config, EnumSet.allOf(Role.class), new SimpleMeterRegistry());
                    EmbeddingClient client =
                            EmbeddingClient.connect(EmbeddingClientConfig.of(broker.bootstrapServers()))) {
                assertThat(service).isNotNull();
                assertThat(client.submit(
                                        DocumentChange.upsert("a", "Some words."),
                                        SubmitOptions.DEFAULTS.withTraceparent("00-" + trace + "-00f067aa0ba902b7-01"))
                                .join()
                                .outcome())
                        .isEqualTo(Outcome.INDEXED);
                receiver.await(
                        "the answer's span",
                        spans -> receiver.trace(trace).stream()
                                .anyMatch(span -> span.name().equals("send completions")));
            }

            Span call = named(receiver, trace, "embeddings a-model");
            assertThat(call.kind()).isEqualTo(Kind.CLIENT);
            assertThat(call.attributes())
                    .containsEntry("gen_ai.operation.name", "embeddings")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.request.model", "a-model")
                    .containsEntry("gen_ai.embeddings.dimension.count", 3L)
                    .containsEntry("server.address", embedder.url().getHost())
                    .containsEntry("server.port", (long) embedder.url().getPort());
            Span upsert = named(receiver, trace, "upsert " + collection);
            assertThat(upsert.kind()).isEqualTo(Kind.CLIENT);
            assertThat(upsert.attributes())
                    .containsEntry("db.system.name", "milvus")
                    .containsEntry("db.collection.name", collection)
                    .containsEntry("db.operation.name", "upsert")
                    .containsEntry("server.address", milvus.getHost())
                    .containsEntry("server.port", (long) milvus.getPort())
                    .containsEntry("db.namespace", "default");
        }
    }

    private static Span named(OtlpReceiver receiver, String trace, String name) {
        return receiver.trace(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + receiver.trace(trace)));
    }

    private static StreambedConfig config(String bootstrapServers, Map<String, String> settings) {
        Map<String, ConfigValue> values = new HashMap<>();
        values.put("kafka.bootstrap.servers", new ConfigValue(bootstrapServers, "test"));
        settings.forEach((key, value) -> values.put(key, new ConfigValue(value, "test")));
        return ConfigLoader.load(null, Map.of(), values).config();
    }
}

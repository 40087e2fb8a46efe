package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import dev.streambed.document.EventContext;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.Precision;
import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.index.Row;
import dev.streambed.index.VectorIndex;
import dev.streambed.index.memory.MemoryIndex;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import dev.streambed.testing.Eventually;
import dev.streambed.testing.LogCapture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No text of a document in a log, a metric, a health page or the figures of the status page, at any level of ours: documents that succeed, that are rejected, that the model and the
 * store refuse, that are no JSON; records of the log that are none; searches that fail.
 */
class DocumentTextTest {
    private static final String MARKER = "xylophonist";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void standsNowhereButInTheTopicsAndTheStore() throws Exception {
        try (LogCapture log = LogCapture.open();
                EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
            StreambedConfig config = config(broker);
            TopicsCommand.createMissing(config);
            try (RunningService service = RunningService.start(config, EnumSet.allOf(Role.class), parts())) {
                Eventually.eventually("ready", service.service()::ready, ready -> ready);
                Terminal terminal = publish(broker, documents());
                sendWhatIsNoJson(config);
                sendWhatIsNoRecordOfTheLog(config);
                assertThat(get(service, "/search?k=1&q=" + MARKER)).contains(MARKER);
                assertThat(get(service, "/search?k=1&q=" + URLEncoder.encode(longText(), StandardCharsets.UTF_8)))
                        .contains("the search failed");
                Eventually.eventually(
                        "the log's skipped records",
                        log::lines,
                        lines -> lines.stream()
                                        .filter(line -> line.contains("is no record of the log"))
                                        .count()
                                == 3);

                assertThat(terminal.out() + terminal.err())
                        .contains("REJECTED", "FAILED", "INDEXED")
                        .doesNotContain(MARKER);
                assertThat(get(service, "/metrics"))
                        .contains("streambed_outcomes")
                        .doesNotContain(MARKER);
                assertThat(get(service, "/health/ready")).doesNotContain(MARKER);
                assertThat(get(service, "/status"))
                        .contains("\"outcome\":\"failed\"", "\"outcome\":\"rejected\"")
                        .doesNotContain(MARKER);
            }
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("embedding") && line.contains("failed"))
                    .anyMatch(line -> line.contains("Refused for good"))
                    .noneMatch(line -> line.contains(MARKER));
        }
    }

    private static String documents() {
        return """
                {"id":"good","text":"a MARKER","title":"MARKER","metadata":{"MARKER":"MARKER"}}
                {"id":"model","text":"LONG"}
                {"id":"store","text":"a MARKER","title":"MARKER"}
                {"id":"field","text":["MARKER"]}
                {"id":"twice","text":"MARKER","text":"MARKER"}
                {"id":"version","version":-1,"text":"MARKER"}
                {"id":"title","text":7,"title":"MARKER"}
                {"id":"blank","text":" ","metadata":{"MARKER":"MARKER"}}
                """.replace("LONG", longText()).replace("MARKER", MARKER);
    }

    /** More words than the model of this test takes. */
    private static String longText() {
        return (MARKER + " ").repeat(60);
    }

    private static Terminal publish(EmbeddedBroker broker, String lines) {
        Terminal terminal = new Terminal().input(lines);
        int exit = terminal.run(
                "publish",
                "-",
                "--wait",
                "--allow",
                "REJECTED,FAILED",
                "--set",
                "kafka.bootstrap.servers=" + broker.bootstrapServers());
        assertThat(exit).as(terminal.err()).isZero();
        return terminal;
    }

    private static void sendWhatIsNoJson(StreambedConfig config) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
            for (String value :
                    List.of(MARKER, "{\"" + MARKER, "{\"id\":\"x\",\"text\":" + MARKER + "}", "\u0000" + MARKER)) {
                Future<?> unused = producer.send(new ProducerRecord<>("documents", bytes("x"), bytes(value)));
            }
            producer.flush();
        }
    }

    /** With the headers of one, so that the value is looked at. */
    private static void sendWhatIsNoRecordOfTheLog(StreambedConfig config) throws Exception {
        Headers headers = LogCodec.headers(new LogEntry.Upsert(
                "y",
                1,
                null,
                "t",
                Map.of(),
                List.of(new EmbeddedChunk(0, 1, new float[] {1})),
                1,
                new Provenance(new EventContext("e", null, null, null), "documents", 0, 1, 2, 0, 0, 0, false, "f")));
        ByteArrayOutputStream wrongTypes = new ByteArrayOutputStream();
        try (JsonGenerator generator = new CBORFactory().createGenerator(wrongTypes)) {
            generator.writeStartObject();
            generator.writeStringField("format", MARKER);
            generator.writeStringField("version", MARKER);
            generator.writeEndObject();
        }
        try (KafkaProducer<byte[], byte[]> producer = producer(config)) {
            for (byte[] value : List.of(bytes(MARKER), bytes("{\"text\":\"" + MARKER), wrongTypes.toByteArray())) {
                Future<?> unused =
                        producer.send(new ProducerRecord<>(config.embeddingsTopic(), null, bytes("y"), value, headers));
            }
            producer.flush();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(StreambedConfig config) {
        return new KafkaProducer<>(config.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String get(RunningService service, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(service.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private StreambedConfig config(EmbeddedBroker broker) {
        return ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "kafka.bootstrap.servers", new ConfigValue(broker.bootstrapServers(), "test"),
                                "index.type", new ConfigValue("memory", "test"),
                                "http.port", new ConfigValue("0", "test"),
                                "state.dir",
                                        new ConfigValue(
                                                directory.resolve("state").toString(), "test")))
                .config();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ServiceFactory parts() {
        return Services.around(files -> new ModelOfFewWords(), engine -> new StoreThatRefuses(engine.dimension()));
    }

    /** Fails where a text is long. */
    private static final class ModelOfFewWords implements EmbeddingModel {
        private static final int MOST_TOKENS = 64;

        private final StubModel stub = new StubModel(0);

        @Override
        public BatchModel newRunner() {
            BatchModel runner = stub.newRunner();
            return sequences -> {
                if (sequences.stream().anyMatch(sequence -> sequence.length > MOST_TOKENS)) {
                    throw new ModelException("more than " + MOST_TOKENS + " tokens");
                }
                return runner.embed(sequences);
            };
        }

        @Override
        public int dimension() {
            return stub.dimension();
        }

        @Override
        public Device device() {
            return stub.device();
        }

        @Override
        public Precision precision() {
            return stub.precision();
        }

        @Override
        public String sha256() {
            return "few-words";
        }

        @Override
        public void close() {
            stub.close();
        }
    }

    /** Refuses the document {@code store} for good. */
    private static final class StoreThatRefuses implements VectorIndex {
        private final VectorIndex index;

        StoreThatRefuses(int dimension) {
            this.index = new MemoryIndex(dimension);
        }

        @Override
        public String open() throws IndexException {
            return index.open();
        }

        @Override
        public String identity() throws IndexException {
            return index.identity();
        }

        @Override
        public void check(Row row) throws IndexException {
            index.check(row);
        }

        @Override
        public void upsert(List<Row> rows) throws IndexException {
            if (rows.stream().anyMatch(row -> row.documentId().equals("store"))) {
                throw new IndexException(IndexException.Kind.POISON, "a row is refused");
            }
            index.upsert(rows);
        }

        @Override
        public void delete(List<String> ids) throws IndexException {
            index.delete(ids);
        }

        @Override
        public List<Hit> search(float[] vector, int k) throws IndexException {
            return index.search(vector, k);
        }

        @Override
        public long count() throws IndexException {
            return index.count();
        }

        @Override
        public void close() {
            index.close();
        }
    }
}

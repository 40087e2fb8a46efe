package dev.streambed.cli.config;

import static dev.streambed.cli.config.KeyType.CHOICE;
import static dev.streambed.cli.config.KeyType.DURATION;
import static dev.streambed.cli.config.KeyType.FRACTION;
import static dev.streambed.cli.config.KeyType.NUMBER;
import static dev.streambed.cli.config.KeyType.PATH;
import static dev.streambed.cli.config.KeyType.SIZE;
import static dev.streambed.cli.config.KeyType.TEXT;
import static dev.streambed.cli.config.KeyType.VERBATIM;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every key there is, in the order of the data; beside them any {@code kafka.<setting>} that Kafka's own clients know ({@link
 * KafkaKeys}). The allowed values are checked by the settings' records, whose fields have the same names.
 */
public final class ConfigKeys {
    /** All keys, in the order of the documentation. */
    public static final List<ConfigKey> ALL = List.of(
            key(
                    "kafka.bootstrap.servers",
                    TEXT,
                    "",
                    "localhost:9092",
                    "Where Kafka is: `host:port`, several with commas."),
            key(
                    "topics.prefix",
                    TEXT,
                    "letters, digits, `.`, `_`, `-`; at most 100",
                    "",
                    "Put before the name of each topic."),
            key(
                    "pipeline.name",
                    TEXT,
                    "`[a-z0-9][a-z0-9-]{0,62}`",
                    "minilm",
                    "Names a model, its chunking, its log and its collection; part of the application ids."),
            key(
                    "model.directory",
                    PATH,
                    "",
                    null,
                    "A model in the sentence-transformers layout. Unset: the bundled all-MiniLM-L6-v2."),
            key(
                    "model.device",
                    CHOICE,
                    "`auto`, `cpu`, `cuda`",
                    "auto",
                    "Where the model runs. `auto`: CUDA where it works, else the CPU."),
            key(
                    "model.precision",
                    CHOICE,
                    "`auto`, `fp32`, `fp16`",
                    "auto",
                    "`fp16` runs `onnx/model_fp16.onnx` of the model's directory (`tools/fuse_fp16.py` makes it). `auto`: on CUDA, where it is there."),
            key("model.device-id", NUMBER, "0..63", "0", "CUDA's number of the device."),
            key(
                    "model.device-memory",
                    SIZE,
                    "0B..1TB",
                    "0B",
                    "The most memory taken of a CUDA device, weights included. 0: all there is."),
            key(
                    "model.query-prefix",
                    VERBATIM,
                    "",
                    null,
                    "Put before each query, as it stands. Unset: what the model's files say, if they say anything; bge-small-en-v1.5's do not, and it wants"
                            + " `Represent this sentence for searching relevant passages: `. Part of the fingerprint."),
            key(
                    "model.passage-prefix",
                    VERBATIM,
                    "",
                    null,
                    "Put before each chunk of a document, as it stands. Unset: what the model's files say. Part of the fingerprint."),
            key(
                    "chunk.mode",
                    CHOICE,
                    "`window`, `truncate`, `reject`",
                    "window",
                    "A text longer than `chunk.tokens` is cut into overlapping windows, cut off, or rejected."),
            key(
                    "chunk.tokens",
                    NUMBER,
                    "0, or 16..32768",
                    "0",
                    "Tokens of a window, special tokens included; at most the model's limit. 0: the model's limit."),
            key(
                    "chunk.overlap",
                    NUMBER,
                    "0..16384, at most half of `chunk.tokens`",
                    "32",
                    "Tokens that neighbouring windows share."),
            key(
                    "embed.workers",
                    NUMBER,
                    "0..256",
                    "0",
                    "Batches in the model at once. 0: one for each core, two on a GPU."),
            key(
                    "embed.batch-tokens",
                    NUMBER,
                    "0..1048576",
                    "0",
                    "Tokens of one batch, padding included. 0: as many as it takes to keep the device busy, 64 to 256 on a CPU, 16384 to 131072 on a GPU."),
            key(
                    "embed.tokenizer-threads",
                    NUMBER,
                    "0..256",
                    "0",
                    "Threads that cut texts into tokens. 0: one on a CPU, all cores but two with a GPU."),
            key(
                    "embed.batch-latency",
                    DURATION,
                    "1ms..1m",
                    "100ms",
                    "With `embed.batch-tokens` 0: batches become smaller where they would take longer, so that nobody waits long behind one."),
            key(
                    "embed.batch-timeout",
                    DURATION,
                    "1s..1h",
                    "2m",
                    "How long a batch may be in the model. Beyond it `/health/live` says 503: the process must be restarted."),
            key(
                    "embed.in-flight-bytes",
                    SIZE,
                    "64kB..1GB",
                    "16MB",
                    "Bytes of documents in EMBED, for each lane, beyond which the lane's partitions pause."),
            key(
                    "embedder.type",
                    CHOICE,
                    "`onnx`, `openai`, `tei`",
                    "onnx",
                    "What embeds. `onnx`: the model in this process. `openai`: a service with OpenAI's `POST /v1/embeddings`. `tei`: Hugging"
                            + " Face's text-embeddings-inference, `POST /embed`. What follows is for the two services."),
            key(
                    "embedder.url",
                    TEXT,
                    "`http://` or `https://`",
                    null,
                    "The service. Without a path, `/v1/embeddings` or `/embed` is added."),
            key(
                    "embedder.model",
                    TEXT,
                    "",
                    null,
                    "The model's name, as an `openai` service wants it; part of the fingerprint, so another name is another pipeline."
                            + " `model.directory` then only lends tokenizer, limits and prefixes for the chunking, and should be that model's."),
            secret("embedder.token", "Sent as a bearer token. Unset: none."),
            key(
                    "embedder.token-file",
                    PATH,
                    "",
                    null,
                    "A file that holds the token, read at the start; not together with `embedder.token`."),
            key(
                    "embedder.dimension",
                    NUMBER,
                    "0..65536",
                    "0",
                    "Components of a vector. 0: asked from the service at the start, which then must be there."),
            key("embedder.deadline", DURATION, "100ms..10m", "30s", "For one call; the pipeline repeats calls itself."),
            key(
                    "embedder.max-concurrency",
                    NUMBER,
                    "1..256",
                    "16",
                    "Most calls at once. How many there are, up to that, follows from how the service bears them."),
            key(
                    "embedder.batch-texts",
                    NUMBER,
                    "1..2048",
                    "32",
                    "Most chunks of one call. A service that takes fewer refuses the call, which is then halved: slow."),
            key(
                    "limits.max-document-bytes",
                    SIZE,
                    "1kB..2MB",
                    "1MB",
                    "A larger event is `REJECTED`. Beyond 2 MB the broker refuses it."),
            key("limits.max-chunks", NUMBER, "1..4096", "4096", "A document of more windows is `REJECTED`."),
            key(
                    "index.type",
                    CHOICE,
                    "`milvus`, `memory`",
                    "milvus",
                    "Where the vectors lie. `memory`: inside the process, gone with it; the default with `--embedded`."),
            key("index.rows-per-call", NUMBER, "1..10000", "500", "Rows of one upsert, gathered from many documents."),
            key("index.bytes-per-call", SIZE, "64kB..32MB", "2MB", "Bytes of one upsert."),
            key("index.calls-in-flight", NUMBER, "1..64", "2", "Calls to the store at once."),
            key(
                    "index.in-flight-bytes",
                    SIZE,
                    "64kB..1GB",
                    "32MB",
                    "Bytes of documents in INDEX beyond which its partitions pause."),
            key("milvus.uri", TEXT, "`http://` or `https://`", "http://localhost:19530", "Where Milvus is."),
            secret("milvus.token", "`user:password` or an API key. Unset: none."),
            key(
                    "milvus.token-file",
                    PATH,
                    "",
                    null,
                    "A file that holds the token, read at the start; not together with `milvus.token`."),
            key(
                    "milvus.ca-file",
                    PATH,
                    "",
                    null,
                    "With `https`: the certificates to trust, PEM. Unset: those that Java trusts. The server's certificate must have its host's name in it."),
            key(
                    "milvus.certificate-file",
                    PATH,
                    "",
                    null,
                    "Our own certificate, PEM, where Milvus asks for one (mutual TLS). Needs `milvus.key-file` and `milvus.ca-file`."),
            key("milvus.key-file", PATH, "", null, "Its private key, PEM (PKCS#8), not encrypted."),
            key("milvus.database", TEXT, "", "default", "The database of the collection."),
            key(
                    "milvus.collection",
                    TEXT,
                    "`[A-Za-z_][A-Za-z0-9_]{0,254}`",
                    null,
                    "The collection. Unset: the pipeline's name, `-` as `_`."),
            key("milvus.deadline", DURATION, "100ms..60s", "3s", "For one call; the service repeats calls itself."),
            key(
                    "drift.enabled",
                    CHOICE,
                    "`true`, `false`",
                    "true",
                    "Whether the vectors are watched for drift; see docs/drift.md."),
            key(
                    "drift.tenant-field",
                    TEXT,
                    "",
                    null,
                    "The metadata field whose value a document's tenant is; it is a label of the metrics. Unset: there is one tenant, `all`."),
            key(
                    "drift.max-tenants",
                    NUMBER,
                    "1..1000",
                    "32",
                    "Tenants that are watched each on its own. All others are one, `other`."),
            key(
                    "drift.baseline",
                    NUMBER,
                    "100..1000000, at least two of `drift.window`",
                    "10000",
                    "Vectors that make a tenant's baseline: the first ones, and those of `drift.window-time` at least."),
            key(
                    "drift.window",
                    NUMBER,
                    "50..10000",
                    "1000",
                    "Vectors of a window, which is compared with the baseline. Holds for baselines made from then on."),
            key(
                    "drift.window-time",
                    DURATION,
                    "1s..7d",
                    "1h",
                    "A window is that old at least when it is judged. At 24 times that age a quarter of the vectors is enough."),
            key("drift.canary-interval", DURATION, "1m..7d", "1h", "Between two rounds of the canary's 64 texts."),
            key(
                    "drift.vectors-per-second",
                    NUMBER,
                    "1..10000",
                    "500",
                    "Vectors looked at in a second; the rest is passed over, which bounds what watching costs."),
            key(
                    "http.host",
                    TEXT,
                    "",
                    "127.0.0.1",
                    "Where the status page, health, metrics and search listen. Beyond loopback page and searches want `http.password-file`."),
            key("http.port", NUMBER, "0..65535", "8080", "Its port. 0: any free one, named in the log."),
            secret(
                    "http.password",
                    "Wanted for `/`, `/status` and `/search`, as HTTP Basic under any user name; 8 characters at least. Unset: they are open on"
                            + " loopback and refused elsewhere. `/health/*` and `/metrics` want none."),
            key(
                    "http.password-file",
                    PATH,
                    "",
                    null,
                    "A file that holds the password, read at the start; not together with `http.password`."),
            key(
                    "traces.endpoint",
                    TEXT,
                    "`http://` or `https://`",
                    null,
                    "Where spans go, by OTLP over HTTP. Without a path, `/v1/traces` is added. Unset: nothing is traced."),
            key(
                    "traces.sample-ratio",
                    FRACTION,
                    "0..1",
                    "0.1",
                    "How many of the events that come without a `traceparent` are traced. With one, it decides."),
            key("traces.service-name", TEXT, "", null, "Unset: `streambed`, and `streambed-publish` for `publish`."),
            key(
                    "traces.headers-file",
                    PATH,
                    "",
                    null,
                    "A file with headers for the endpoint, `name: value` a line, read at the start: for one that wants a secret."),
            key("shutdown.timeout", DURATION, "1s..10m", "30s", "How long SIGTERM waits for what is in flight."),
            key(
                    "state.dir",
                    PATH,
                    "",
                    null,
                    "Local state of Kafka Streams, made again from Kafka where it is lost. Unset: `streambed` in the system's temporary directory."),
            key(
                    "state.instance-id",
                    TEXT,
                    "letters, digits, `.`, `_`, `-`; at most 200",
                    null,
                    "This process's name in its consumer groups (static membership); no two running ones may share it. Unset: one that is made at the first start and kept in `state.dir`."));

    private static final Map<String, ConfigKey> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(ConfigKey::name, Function.identity()));

    private ConfigKeys() {}

    /** The key of that name, or null. */
    public static @Nullable ConfigKey find(String name) {
        return BY_NAME.get(name);
    }

    private static ConfigKey key(
            String name, KeyType type, String allowed, @Nullable String defaultText, String meaning) {
        return new ConfigKey(name, type, allowed, defaultText, false, meaning);
    }

    private static ConfigKey secret(String name, String meaning) {
        return new ConfigKey(name, TEXT, "", null, true, meaning);
    }
}

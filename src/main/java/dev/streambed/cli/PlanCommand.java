package dev.streambed.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.plan.Plan;
import dev.streambed.cli.plan.PlanInput;
import dev.streambed.cli.plan.Rate;
import dev.streambed.cli.plan.RateMeter;
import dev.streambed.cli.service.Services;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.OnnxEmbeddingEngine;
import io.airlift.units.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What a corpus takes. */
@Command(
        name = "plan",
        description = {
            "Plan for a corpus: instances, partitions, heap, disk and Milvus's memory, each with its formula in words. Starts from",
            "what one instance does: measured here in some seconds, or what `bench --json` printed on a machine like those planned for."
        })
final class PlanCommand implements Callable<Integer> {
    private static final int MODEL_TOKENS = 256;
    private static final int MODEL_DIMENSION = 384;
    private static final long SEED = 1;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--documents", required = true, paramLabel = "N", description = "Documents to load.")
    private long documents;

    @Option(names = "--tokens", required = true, paramLabel = "T", description = "Tokens of a document, on average.")
    private double tokens;

    @Option(
            names = "--deadline",
            required = true,
            paramLabel = "D",
            converter = ToDuration.class,
            description = "For loading them all: 30m, 8h, 3d.")
    private Duration deadline = Duration.valueOf("0s");

    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description = "What `bench --json` printed. Default: measure the model here.")
    private @Nullable Path rates;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "Bytes of a document's text, on average. Default: 4.5 times its tokens.")
    private @Nullable Double bytes;

    @Option(
            names = "--peak",
            paramLabel = "N",
            description = "Changes a second once all is loaded. Default: ${DEFAULT-VALUE}.")
    private double peak;

    @Option(
            names = "--chunk-tokens",
            paramLabel = "N",
            description = "Tokens of a window. Default: chunk.tokens, or 256.")
    private @Nullable Integer chunkTokens;

    @Option(
            names = "--dimension",
            paramLabel = "N",
            description = "Of a vector. Default: the measured model's; 384 with --rates.")
    private @Nullable Integer dimension;

    @Option(names = "--replication", paramLabel = "N", description = "Copies of each topic. Default: ${DEFAULT-VALUE}.")
    private int replication = 3;

    @Option(
            names = "--utilisation",
            paramLabel = "SHARE",
            description = "Of its rate, to which an instance is to be used. Default: ${DEFAULT-VALUE}.")
    private double utilisation = 0.7;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Stream threads of each stage in an instance. Default: ${DEFAULT-VALUE}.")
    private int threads = 1;

    @Option(
            names = "--measure-seconds",
            paramLabel = "N",
            description = "How long the model is measured. Default: ${DEFAULT-VALUE}.")
    private int measureSeconds = 6;

    @Option(names = "--json", description = "Print the figures as one JSON object on the last line.")
    private boolean json;

    PlanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        StreambedConfig config = options.load(console).config();
        if (measureSeconds < 1 || measureSeconds > 3_600) {
            throw wrong(new IllegalArgumentException("--measure-seconds is " + measureSeconds + "; 1..3600"));
        }
        try {
            PlanInput input = input(config, MODEL_DIMENSION); // before anything is measured, for what is wrong in it
            Rate rate;
            Path file = rates;
            if (file != null) {
                rate = Rate.read(file);
            } else {
                SimpleMeterRegistry registry = new SimpleMeterRegistry();
                try (EmbeddingEngine engine = OnnxEmbeddingEngine.open(Services.engineOptions(config), registry)) {
                    console.err().println("measuring the model for " + measureSeconds + " s");
                    input = input(config, engine.dimension());
                    rate = new RateMeter(engine, registry, System::nanoTime)
                            .measure(BenchCorpus.mixed(SEED).texts(), java.time.Duration.ofSeconds(measureSeconds));
                }
            }
            print(Plan.of(input, rate), input);
            return 0;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw wrong(e);
        }
    }

    private PlanInput input(StreambedConfig config, int modelDimension) {
        int configured =
                config.chunk().tokens() == 0 ? MODEL_TOKENS : config.chunk().tokens();
        return new PlanInput(
                documents,
                tokens,
                Objects.requireNonNullElse(bytes, tokens * PlanInput.BYTES_A_TOKEN),
                deadline.toJavaTime(),
                peak,
                Objects.requireNonNullElse(chunkTokens, configured),
                config.chunk().overlap(),
                Objects.requireNonNullElse(dimension, modelDimension),
                replication,
                utilisation,
                threads,
                config.embed().inFlightBytes().toBytes(),
                config.index().inFlightBytes().toBytes());
    }

    private void print(Plan plan, PlanInput input) throws Exception {
        plan.lines(input).forEach(console.out()::println);
        if (json) {
            console.out().println(new ObjectMapper().writeValueAsString(plan));
        }
    }

    private ParameterException wrong(RuntimeException why) {
        return new ParameterException(spec.commandLine(), String.valueOf(why.getMessage()), why);
    }

    /** As in the configuration. */
    static final class ToDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return Duration.valueOf(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + value + "' is no duration; 30m, 8h and 3d are");
            }
        }
    }
}

package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.publish.AcknowledgedSender;
import dev.streambed.cli.publish.AnsweredSender;
import dev.streambed.cli.publish.EventLineReader;
import dev.streambed.cli.publish.EventSender;
import dev.streambed.cli.publish.Progress;
import dev.streambed.cli.publish.PublishResult;
import dev.streambed.cli.publish.Publisher;
import dev.streambed.cli.publish.ResultText;
import dev.streambed.cli.service.Traces;
import dev.streambed.completion.Outcome;
import dev.streambed.observe.trace.Tracing;
import io.airlift.units.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes document changes, and awaits their outcomes if asked to. */
@Command(
        name = "publish",
        description = {
            "Publish document changes, one JSON object a line.",
            "  {\"id\":\"…\",\"type\":\"upsert\"|\"delete\",\"version\":7,\"text\":\"…\",\"title\":\"…\",\"metadata\":{…}}",
            "type and version are optional; unknown fields are kept as metadata.",
            "Exit code 1 if a line was not sent, an outcome is missing, or one is EXPIRED, REJECTED or FAILED."
        })
final class PublishCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Parameters(paramLabel = "FILE", description = "The lines; - for standard input.")
    private String file = "-";

    @Option(names = "--rate", paramLabel = "N", description = "Events a second. Default: as fast as it goes.")
    private double rate;

    @Option(names = "--wait", description = "Await every outcome, and show outcomes and latencies.")
    private boolean await;

    @Option(names = "--json", description = "End with one line of JSON.")
    private boolean json;

    @Option(names = "--bulk", description = "Use the bulk lane: nobody waits for these.")
    private boolean bulk;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long to await an outcome from its send, such as 30s. Default: 10m")
    private Duration timeout = Duration.valueOf("10m");

    @Option(
            names = "--allow",
            split = ",",
            paramLabel = "OUTCOME",
            description = "Accept this outcome too, e.g. REJECTED.")
    private Set<Outcome> allowed = EnumSet.noneOf(Outcome.class);

    PublishCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (!(rate >= 0) || rate > 1e9) {
            throw new ParameterException(spec.commandLine(), "--rate must be 0 or more");
        }
        if (timeout.isZero()) {
            throw new ParameterException(spec.commandLine(), "--timeout must be more than 0");
        }
        StreambedConfig config = options.load(console).config();
        PublishResult result;
        try (EventLineReader lines = new EventLineReader(open());
                Tracing tracing = Traces.open(config, "streambed-publish", new SimpleMeterRegistry());
                EventSender sender = sender(config, tracing);
                Progress progress = progress()) {
            result = new Publisher(sender, new PublishReport(console.err(), progress, allowed), rate, System::nanoTime)
                    .run(lines);
        }
        if (!json || console.interactive()) {
            ResultText.lines(result).forEach((json ? console.err() : console.out())::println);
        }
        if (json) {
            console.out().println(ResultText.json(result));
        }
        return result.isDone(allowed) ? 0 : 1;
    }

    private EventSender sender(StreambedConfig config, Tracing tracing) {
        if (await) {
            return AnsweredSender.connect(config, bulk, timeout.toJavaTime(), tracing);
        }
        return new AcknowledgedSender(
                config.kafka().producer(),
                bulk ? config.topics().documentsBulk() : config.topics().documents(),
                tracing);
    }

    private InputStream open() throws IOException {
        if (file.equals("-")) {
            return console.in();
        }
        Path path = Path.of(file);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw new ParameterException(spec.commandLine(), "cannot read " + file);
        }
        return Files.newInputStream(path);
    }

    private Progress progress() throws IOException {
        if (!console.interactive()) {
            return Progress.hidden();
        }
        return Progress.shown(
                await ? "outcomes" : "published", file.equals("-") ? -1 : lines(Path.of(file)), console.err());
    }

    /** For the bar only: reads the file once more, which is quick beside what follows. */
    private static long lines(Path path) throws IOException {
        long lines = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(path)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        lines++;
                    }
                }
            }
        }
        return lines;
    }

    /** {@code 30s}. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return Duration.valueOf(value);
        }
    }
}

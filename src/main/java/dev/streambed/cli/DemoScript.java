package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.publish.AnsweredSender;
import dev.streambed.cli.publish.EventLineReader;
import dev.streambed.cli.publish.EventSender;
import dev.streambed.cli.publish.Progress;
import dev.streambed.cli.publish.PublishListener;
import dev.streambed.cli.publish.PublishResult;
import dev.streambed.cli.publish.Publisher;
import dev.streambed.cli.publish.ResultText;
import dev.streambed.cli.service.Service;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Reason;
import dev.streambed.index.Hit;
import dev.streambed.observe.SearchResponse;
import dev.streambed.observe.trace.Tracing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the demo does once everything runs: publish, wait, show, search. */
final class DemoScript {
    private static final String CORPUS = "/dev/streambed/demo/corpus.jsonl";
    private static final String QUERIES = "/dev/streambed/demo/queries.txt";
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int HITS = 3;

    private final Console console;
    private final StreambedConfig config;
    private final Service service;

    DemoScript(Console console, StreambedConfig config, Service service) {
        this.console = console;
        this.config = config;
        this.service = service;
    }

    /**
     * Runs to its end.
     *
     * @throws CommandException if an outcome is missing
     */
    void run() throws Exception {
        byte[] corpus = resource(CORPUS);
        long lines = new String(corpus, StandardCharsets.UTF_8).lines().count();
        say("");
        say("Publishing " + lines + " document changes and awaiting each outcome");
        Queue<Completion> unwanted = new ConcurrentLinkedQueue<>();
        PublishResult result = publish(corpus, lines, unwanted);
        ResultText.lines(result).forEach(line -> say("  " + line));
        for (Completion completion : unwanted) {
            Reason reason = completion.reason();
            say("  " + completion.outcome() + " " + completion.documentId() + ": "
                    + (reason == null ? "" : reason.message()));
        }
        if (result.missing() > 0 || result.unsent() > 0) {
            throw new CommandException("not every event has its outcome");
        }
        List<String> queries = new String(resource(QUERIES), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        List<List<Hit>> found = service.search(queries, HITS);
        for (int i = 0; i < queries.size(); i++) {
            say("");
            say("Searching \u201c" + queries.get(i) + "\u201d");
            HitLines.of(found.get(i).stream()
                            .map(hit -> new SearchResponse.Hit(hit.documentId(), hit.chunk(), hit.score(), hit.text()))
                            .toList())
                    .forEach(this::say);
        }
    }

    private PublishResult publish(byte[] corpus, long lines, Queue<Completion> unwanted)
            throws IOException, InterruptedException {
        try (EventSender sender = AnsweredSender.connect(config, false, TIMEOUT, Tracing.OFF);
                EventLineReader reader = new EventLineReader(new ByteArrayInputStream(corpus));
                Progress progress = console.interactive()
                        ? Progress.shown("  outcomes", lines, console.err())
                        : Progress.hidden()) {
            PublishListener listener = new PublishListener() {
                @Override
                public void done() {
                    progress.step();
                }

                @Override
                public void unwanted(Completion completion) {
                    unwanted.add(completion);
                }
            };
            return new Publisher(sender, listener, 0, System::nanoTime).run(reader);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DemoScript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    private void say(String line) {
        console.out().println(line);
    }
}

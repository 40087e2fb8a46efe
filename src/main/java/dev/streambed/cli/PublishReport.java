package dev.streambed.cli;

import dev.streambed.cli.publish.Progress;
import dev.streambed.cli.publish.PublishListener;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import java.io.PrintStream;
import java.util.Set;

/** Names on standard error what went wrong, the first {@value #MOST_LINES} of them, and moves the progress bar. Thread-safe. */
final class PublishReport implements PublishListener {
    private static final int MOST_LINES = 50;

    private final PrintStream err;
    private final Progress progress;
    private final Set<Outcome> allowed;
    private int lines;

    PublishReport(PrintStream err, Progress progress, Set<Outcome> allowed) {
        this.err = err;
        this.progress = progress;
        this.allowed = Set.copyOf(allowed);
    }

    @Override
    public void done() {
        progress.step();
    }

    @Override
    public void unwanted(Completion completion) {
        if (!allowed.contains(completion.outcome())) {
            Reason reason = completion.reason();
            say(completion.outcome() + " " + completion.documentId()
                    + (reason == null ? "" : ": " + reason.code().wireName() + ", " + reason.message()));
        }
    }

    @Override
    public void failed(long line, String problem) {
        say("line " + line + ": " + problem);
    }

    private synchronized void say(String line) {
        lines++;
        if (lines <= MOST_LINES) {
            err.println(line);
        } else if (lines == MOST_LINES + 1) {
            err.println("… and more; only the first " + MOST_LINES + " are shown");
        }
    }
}

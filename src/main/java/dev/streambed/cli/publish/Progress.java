package dev.streambed.cli.publish;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar for people who watch; nothing for anybody else. Thread-safe. */
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 78;

    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Shows a bar.
     *
     * @param of how many there will be; -1 where nobody knows
     * @param out where it is drawn, a terminal
     */
    public static Progress shown(String name, long of, PrintStream out) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(of)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new ConsoleProgressBarConsumer(out))
                .showSpeed();
        return new Progress(builder.build());
    }

    /** Shows nothing. */
    public static Progress hidden() {
        return new Progress(null);
    }

    /** One more. */
    public void step() {
        if (bar != null) {
            bar.step();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

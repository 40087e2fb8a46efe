package dev.streambed.cli.faults.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is reachable in a child's heap, by {@code jcmd}, which collects its garbage first. Stateless; any thread. */
public final class LiveHeap {
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final long SECONDS = 60;

    /** Between two looks that must agree. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final double SETTLED = 0.02;

    private LiveHeap() {}

    /** Why it cannot be told here, or null. */
    public static @Nullable String missing() {
        return Files.isExecutable(JCMD) ? null : "no jcmd; run it with a JDK";
    }

    /** Now. */
    public static long bytesOf(ChildProcess child) {
        try {
            Process jcmd = new ProcessBuilder(JCMD.toString(), Long.toString(child.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher total = TOTAL.matcher(said);
            if (!jcmd.waitFor(SECONDS, TimeUnit.SECONDS) || !total.find()) {
                throw new RunFailedException("the heap of " + child.name() + " cannot be told: " + said);
            }
            return Long.parseLong(total.group(1));
        } catch (IOException e) {
            throw new RunFailedException("the heap of " + child.name() + " cannot be told", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted", e);
        }
    }

    /** Once it does not change any more. */
    public static long settledBytesOf(ChildProcess child, Duration atMost) {
        AtomicLong last = new AtomicLong(bytesOf(child));
        Patience.await("the heap settles", atMost, () -> {
            Patience.last(PAUSE);
            long now = bytesOf(child);
            long before = last.getAndSet(now);
            return Math.abs(now - before) <= SETTLED * now;
        });
        return last.get();
    }
}

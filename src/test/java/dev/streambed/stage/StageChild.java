package dev.streambed.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The tests' stage in a JVM of its own, which can be killed. The child drains and exits when its standard input says so, with 0 where
 * all was finished; it exits with 2 when that input ends, so that it never outlives its test.
 */
final class StageChild {
    /** Content whose work fails. */
    static final String FAILING = "failing";

    private final Process process;

    private StageChild(Process process) {
        this.process = process;
    }

    /** How a child runs. */
    record Options(
            String bootstrapServers,
            String test,
            Path stateDirectory,
            int commitMillis,
            int threads,
            int maxDelayMillis) {
        List<String> arguments() {
            return List.of(
                    bootstrapServers,
                    test,
                    stateDirectory.toString(),
                    Integer.toString(commitMillis),
                    Integer.toString(threads),
                    Integer.toString(maxDelayMillis));
        }
    }

    /** Starts one; the instance is always the same. */
    static StageChild start(Options options, Path directory) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path arguments = directory.resolve("child.args");
        Files.writeString(arguments, "-Xss4m -Xmx256m -XX:TieredStopAtLevel=1 -cp \"" + classPath + "\"");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(java.toString(), "@" + arguments, StageChild.class.getName());
        builder.command().addAll(options.arguments());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
        return new StageChild(builder.start());
    }

    /** As kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it finish in order. */
    int drain() throws IOException, InterruptedException {
        process.getOutputStream().write("drain\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the child did not end");
        }
        return process.exitValue();
    }

    /** The child's own. */
    public static void main(String[] arguments) throws IOException {
        TestStage stage = new TestStage(arguments[0], new TestStage.Names(arguments[1]), Path.of(arguments[2]))
                .with(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Integer.parseInt(arguments[3]))
                .with(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.parseInt(arguments[4]));
        int maxDelayMillis = Integer.parseInt(arguments[5]);
        Random random = new Random();
        StageRuntime runtime = stage.start((event, mayAct) -> {
            Executor later = CompletableFuture.delayedExecutor(random.nextInt(maxDelayMillis), TimeUnit.MILLISECONDS);
            return CompletableFuture.runAsync(
                    () -> {
                        if (event.content().equals(FAILING)) {
                            throw new IllegalArgumentException(FAILING);
                        }
                    },
                    later);
        });
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(2);
        }
        System.exit(runtime.drain(Duration.ofSeconds(50)) ? 0 : 3);
    }
}

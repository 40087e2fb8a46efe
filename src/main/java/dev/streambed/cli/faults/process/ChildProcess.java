package dev.streambed.cli.faults.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of a run; what it prints goes to a file. It ends with this JVM, however that ends: its standard input closes then, and it
 * takes that for an order; and a shutdown hook kills it, stopped or not. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    /** As a user's process logs: a test's class path has a configuration of its own, which says less. */
    private static final String LOGGING = "-Dlogback.configurationFile=logback.xml";

    private static final long END_SECONDS = 120;

    private final String name;
    private final Process process;
    private final Path output;

    private ChildProcess(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /**
     * Starts Streambed's command line in a JVM of its own, with this JVM's class path.
     *
     * @param directory the child's own, made where it is missing
     * @param classesBefore a directory of classes that take the place of those on the class path, or null
     * @param options of the JVM
     * @param before what stands before {@code java}: a wrapper and its arguments, or nothing
     * @param environment variables beside this process's own
     */
    static ChildProcess streambed(
            String name,
            Path directory,
            @Nullable Path classesBefore,
            List<String> options,
            List<String> before,
            Map<String, String> environment,
            List<String> arguments) {
        try {
            Files.createDirectories(directory);
            // An argument file: ONNX Runtime dies on a command line as long as a class path makes it.
            Path argFile = directory.resolve("java.args");
            Files.writeString(
                    argFile,
                    String.join("\n", options) + "\n" + LOGGING + "\n-cp \"" + classPath(classesBefore) + "\"\n");
            List<String> command = new ArrayList<>(before);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("@" + argFile);
            command.add("dev.streambed.cli.Main");
            command.addAll(arguments);
            Path output = directory.resolve("output.log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("STREAMBED_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            endWithThisJvm(name, process);
            return new ChildProcess(name, process, output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + " in " + directory, e);
        }
    }

    private static void endWithThisJvm(String name, Process process) {
        Thread hook = new Thread(process::destroyForcibly, "kill-" + name);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            process.destroyForcibly();
            throw new RunFailedException(name + " is not started any more: the suite is ending", ending);
        }
        var unused = process.onExit().thenRun(() -> forget(hook));
    }

    private static void forget(Thread hook) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It is running already, and finds nothing to do.
        }
    }

    private static String classPath(@Nullable Path before) {
        // Surefire's own class path is a jar with a manifest; it says elsewhere what it stands for.
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return (before == null ? path : before + File.pathSeparator + path).replace("\\", "\\\\");
    }

    /** For messages. */
    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() {
        // Not Process.destroy, which closes the child's standard input as well: that is another order.
        process.toHandle().destroy();
        return awaitEnd();
    }

    /** SIGSTOP: it stands still until {@link #resume}. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " failed with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** An order, a line; ignored where it has ended. */
    void tell(String order) {
        try {
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It is gone; whoever gave the order will notice.
        }
    }

    int awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(name + " did not end within " + END_SECONDS + " s; see " + output);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /** What it and its predecessors in the same directory printed. */
    public String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of its memory that are resident now, 0 where the system does not tell. */
    public long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            resumeQuietly();
            kill();
        }
    }

    /** SIGKILL ends a stopped process too, but its end is seen sooner where it runs. */
    private void resumeQuietly() {
        try {
            resume();
        } catch (IllegalStateException gone) {
            // All the better.
        }
    }
}

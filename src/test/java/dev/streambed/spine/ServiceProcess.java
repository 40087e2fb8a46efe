package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Streambed's command line in a child JVM, as a user starts it; what it prints goes to a file that a failing test names. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration TERMINATION = Duration.ofMinutes(2);

    /** Some work through a whole corpus, with the machine shared by another test. */
    private static final Duration COMMAND = Duration.ofMinutes(5);

    private static final Duration CALL = Duration.ofSeconds(10);
    private static final String CLASSES = ".classes";

    private final Process process;
    private final Path output;
    private final int httpPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private ServiceProcess(Process process, Path output, int httpPort) {
        this.process = process;
        this.output = output;
        this.httpPort = httpPort;
    }

    /** Starts {@code run}; the HTTP port is a free one. */
    static ServiceProcess run(Path directory, Map<String, String> settings, String... arguments) {
        int port = freePort();
        List<String> all = new ArrayList<>(List.of("run", "--set", "http.port=" + port));
        all.addAll(List.of(arguments));
        return start(directory, port, settings, all);
    }

    /** Runs a command to its end. */
    static String command(Path directory, Map<String, String> settings, int exitCode, String... arguments) {
        try (ServiceProcess command = start(directory, 0, settings, List.of(arguments))) {
            assertThat(command.awaitExit(COMMAND)).as(command.output()).isEqualTo(exitCode);
            return command.output();
        }
    }

    private static ServiceProcess start(
            Path directory, int httpPort, Map<String, String> settings, List<String> arguments) {
        try {
            Files.createDirectories(directory);
            Path argFile = Files.createTempFile(directory, "java", ".args");
            Path classes = Files.createTempFile(directory, "java", CLASSES);
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            Files.writeString(
                    argFile,
                    "-Xss4m -Xmx1g -Dai.djl.offline=true \"-Xlog:class+load:file=" + classes + ":none\" -cp \""
                            + classPath.replace("\\", "\\\\") + "\" dev.streambed.cli.Main\n");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + argFile));
            command.addAll(arguments);
            settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
            Path output = directory.resolve("output-" + arguments.get(0) + ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
            return new ServiceProcess(process, output, httpPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The classes that the processes of a directory have loaded, in all their JVMs. */
    static Set<String> classesLoaded(Path directory) throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + CLASSES)) {
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    names.add(line.split(" ", 2)[0]);
                }
            }
        }
        return names;
    }

    /** Waits until it says that it is ready. */
    public ServiceProcess awaitReady() {
        long until = System.nanoTime() + START.toNanos();
        while (status("/health/ready") != 200) {
            assertThat(process.isAlive()).as("alive:%n%s", output()).isTrue();
            assertThat(System.nanoTime()).as("ready in time:%n%s", output()).isLessThan(until);
            pause();
        }
        return this;
    }

    /** A figure of {@code /metrics}, the sum over its labels; 0 where there is none. */
    double metric(String name) {
        Matcher matcher =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$").matcher(get("/metrics"));
        double sum = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
        }
        return sum;
    }

    /** Where its HTTP is. */
    String url() {
        return "http://127.0.0.1:" + httpPort;
    }

    /** A page's body, empty where there is no answer. */
    String get(String path) {
        try {
            return call(path).body();
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until {@code /metrics} shows this; what is read at intervals shows a moment after the start. */
    void awaitMetric(Pattern line) {
        long until = System.nanoTime() + START.toNanos();
        while (!line.matcher(get("/metrics")).find()) {
            assertThat(System.nanoTime()).as("%s in time:%n%s", line, output()).isLessThan(until);
            pause();
        }
    }

    private int status(String path) {
        try {
            return call(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private HttpResponse<String> call(String path) throws IOException {
        try {
            URI uri = URI.create("http://127.0.0.1:" + httpPort + path);
            return http.send(HttpRequest.newBuilder(uri).timeout(CALL).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** {@code POST}s JSON. */
    String post(String path, String json) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + httpPort + path);
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(Duration.ofMinutes(2))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitExit(TERMINATION);
    }

    /** SIGTERM, then the exit code. */
    public int terminate() {
        process.destroy();
        return awaitExit(TERMINATION);
    }

    private int awaitExit(Duration atMost) {
        try {
            assertThat(process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS))
                    .as("ended:%n%s", output())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it printed. */
    String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Between two questions to another process, which has no way to call back. */
    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

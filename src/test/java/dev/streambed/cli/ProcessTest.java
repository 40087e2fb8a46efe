package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: signals, exit codes, what is left behind. */
@Timeout(120)
class ProcessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void sigtermEndsRunWithExitCodeZero() throws Exception {
        Process process = start("run", "--embedded", "--port", "0", "--data-dir", data(), "--set", "http.port=0");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("ready: embed and index of pipeline minilm; Kafka 127.0.0.1:");

            // Process.destroy() would close our end of its output too.
            assertThat(process.toHandle().destroy()).isTrue();

            assertThat(process.waitFor()).isZero();
            assertThat(out.readLine()).isNull();
        } finally {
            process.destroyForcibly();
        }
        assertThat(errors()).isEmpty();
    }

    @Test
    void runSaysThatItsPortIsTaken() throws Exception {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Process process =
                    start("run", "--embedded", "--data-dir", data(), "--port", Integer.toString(taken.getLocalPort()));

            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(errors()).isEqualTo("streambed: port " + taken.getLocalPort() + " is taken\n");
        }
    }

    @Test
    void demoShowsOutcomesAndSearchesAndLeavesNothingBehind() throws Exception {
        Process process = start("demo");
        List<String> out;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            out = reader.lines().toList();
        }

        assertThat(process.waitFor()).isZero();
        assertThat(errors()).isEmpty();
        assertThat(out)
                .anyMatch(line -> line.matches("Publishing \\d+ document changes and awaiting each outcome"))
                .anyMatch(line -> line.matches(" +INDEXED +\\d+ +[\\d,]+ ms +[\\d,]+ ms +[\\d,]+ ms"))
                .anyMatch(line -> line.startsWith("  REJECTED gardening/untitled: "));
        assertThat(out.stream().filter(line -> line.startsWith("Searching "))).hasSize(3);
        assertThat(out.stream().filter(line -> line.matches(" +0\\.500 +found/\\d+ +echo of .*")))
                .hasSize(3);
        assertThat(scratch()).isEmpty();
    }

    @Test
    void ctrlCEndsADemoThatStaysAndLeavesNothingBehind() throws Exception {
        Process process = start("demo", "--stay");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); !"It stays up until Ctrl-C. From another terminal:".equals(line); ) {
                assertThat(line).isNotNull();
                line = out.readLine();
            }
            // Java cannot send SIGINT; a shell can.
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();

            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(errors()).isEmpty();
        assertThat(scratch()).isEmpty();
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                EchoMain.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("stderr").toFile())
                .start();
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    /** What the process left in its temporary directory; the JVM's own performance data is none of it. */
    private List<Path> scratch() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            return left.filter(path -> !path.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
        }
    }
}

package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code streambed}, with a Java and a Maven that only say how they were called. */
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private record Ended(int exit, String output) {}

    @Test
    void findsItsJarThroughASymbolicLinkFromAnyDirectory() throws Exception {
        Path home = home();
        jar(home);
        Path link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("streambed"));

        Ended ended = launch(java("17"), Map.of("JAVA_OPTS", "-Xmx1g -Dx=y"), link, "search", "two words");

        assertThat(ended.exit()).isZero();
        assertThat(ended.output())
                .contains("<-Xss4m>", "<-Xmx1g>", "<-Dx=y>", "<-Dai.djl.offline=true>")
                .contains("<" + home.toRealPath().resolve("target/streambed.jar") + ">\n<search>\n<two words>\n");
    }

    @Test
    void buildsWhereThereIsNoJarAndSaysSo() throws Exception {
        Path home = home();
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Path tools = java("17");
        script(tools.resolve("mvn"), "mkdir -p target && : > target/streambed.jar; echo noise");

        Ended first = launch(tools, Map.of(), home.resolve("streambed"), "config");
        Ended second = launch(tools, Map.of(), home.resolve("streambed"), "config");

        assertThat(first.exit()).isZero();
        assertThat(first.output())
                .startsWith("streambed: building; ")
                .contains("<config>")
                .doesNotContain("noise");
        assertThat(second.output()).doesNotContain("building");
    }

    @Test
    void reportsToNobody() throws Exception {
        Path home = home();
        jar(home);

        assertThat(launch(java("17"), Map.of(), home.resolve("streambed"), "run")
                        .output())
                .contains("telemetry off: 1\n");
    }

    @Test
    void removesWhatADemoUnpackedAndEndsAsItDid() throws Exception {
        Path home = home();
        jar(home);
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path tools = java("17");
        unpacking(tools, "exit 7");

        Ended ended = launch(tools, Map.of("TMPDIR", temporary.toString()), home.resolve("streambed"), "demo");

        assertThat(ended.exit()).isEqualTo(7);
        assertThat(ended.output()).contains("unpacked into " + temporary);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void passesASignalOnToADemoAndCleansUp() throws Exception {
        Path home = home();
        jar(home);
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path tools = java("17");
        unpacking(
                tools,
                "trap 'ended=1' TERM; ended=; echo ready; while [ -z \"$ended\" ]; do sleep 0.05; done; echo told; exit 3");

        Process process = process(tools, Map.of("TMPDIR", temporary.toString()), home.resolve("streambed"), "demo");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).startsWith("unpacked into ");
            assertThat(out.readLine()).isEqualTo("ready");
            assertThat(process.toHandle().destroy()).isTrue();

            assertThat(out.readLine()).isEqualTo("told");
            assertThat(process.waitFor()).isEqualTo(3);
        } finally {
            process.destroyForcibly();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    /** A {@code java} that leaves a file in its temporary directory, and then does something. */
    private static void unpacking(Path tools, String then) throws IOException {
        script(tools.resolve("java"), """
                if [ "$1" = -XshowSettings:properties ]; then
                    echo '    java.specification.version = 17' >&2
                    exit
                fi
                for option; do
                    case "$option" in
                        -Djava.io.tmpdir=*) scratch="${option#*=}" ;;
                    esac
                done
                touch "$scratch/native.so"
                echo "unpacked into $scratch"
                """ + then);
    }

    @Test
    void saysWhyTheBuildFailed() throws Exception {
        Path home = home();
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Path tools = java("17");
        script(tools.resolve("mvn"), "echo '[INFO] x'; echo '[ERROR] no such symbol'; exit 1");

        Ended ended = launch(tools, Map.of(), home.resolve("streambed"), "config");

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.output())
                .contains("no such symbol")
                .contains("the build failed")
                .doesNotContain("[INFO]");
    }

    @Test
    void saysThatJavaIsTooOldOrMissing() throws Exception {
        Path home = home();
        jar(home);

        assertThat(launch(java("11"), Map.of(), home.resolve("streambed")).output())
                .startsWith("streambed: Java 17 or newer is needed;")
                .contains("version 11");
        Ended missing = launch(java("17"), Map.of("JAVA_HOME", "/nowhere"), home.resolve("streambed"));
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.output())
                .startsWith("streambed: Java 17 or newer is needed; /nowhere/bin/java is not there");
    }

    private Path home() throws IOException {
        Path home = Files.createDirectories(directory.resolve("home"));
        Path script = Files.copy(Path.of("streambed"), home.resolve("streambed"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private static void jar(Path home) throws IOException {
        Files.createDirectories(home.resolve("target"));
        Files.createFile(home.resolve("target/streambed.jar"));
    }

    /** A directory with a {@code java} of that version. */
    private Path java(String version) throws IOException {
        Path tools = Files.createDirectories(directory.resolve("tools-" + version));
        script(
                tools.resolve("java"),
                "if [ \"$1\" = -XshowSettings:properties ]; then echo '    java.specification.version = " + version
                        + "' >&2; else echo \"telemetry off: $ORT_DISABLE_TELEMETRY\"; printf '<%s>\\n' \"$@\"; fi");
        return tools;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ended launch(Path tools, Map<String, String> environment, Path launcher, String... args) throws Exception {
        Process process = process(tools, environment, launcher, args);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Process process(Path tools, Map<String, String> environment, Path launcher, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("JAVA_OPTS");
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        builder.environment().merge("PATH", tools.toString(), (path, own) -> own + ":" + path);
        builder.environment().putAll(environment);
        return builder.start();
    }
}

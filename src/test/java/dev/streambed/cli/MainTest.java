package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final Terminal terminal = new Terminal();

    @Test
    void helpNamesEveryCommand() {
        assertThat(terminal.run("--help")).isZero();
        assertThat(terminal.out())
                .contains("demo ", "run ", "topics ", "publish ", "search ", "config ", "health ", "plan ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "run", "topics", "publish", "search", "config", "health", "plan"})
    void everyCommandHasHelp(String command) {
        assertThat(terminal.run(command, "--help")).isZero();
        assertThat(terminal.out()).startsWith("Usage: streambed " + command);
    }

    @Test
    void versionIsOneLine() {
        assertThat(terminal.run("--version")).isZero();
        assertThat(terminal.out().lines()).singleElement().asString().startsWith("streambed ");
    }

    @Test
    void wrongUsageIsExitCodeTwoAndSaysWhatIsMeant() {
        assertThat(terminal.run()).isEqualTo(2);
        assertThat(terminal.err()).contains("a command is missing");
        assertThat(terminal.run("publsh")).isEqualTo(2);
        assertThat(terminal.err()).contains("publsh").contains("publish");
        assertThat(terminal.run("run", "--port", "9092")).isEqualTo(2);
        assertThat(terminal.err()).contains("--data-dir and --port go with --embedded");
        assertThat(terminal.run("search", "x", "-k", "0")).isEqualTo(2);
        assertThat(terminal.run("search")).isEqualTo(2);
        assertThat(terminal.run("search", "x", "--queries", "y")).isEqualTo(2);
        assertThat(terminal.run("search", "--queries", "/nowhere.jsonl")).isEqualTo(2);
        assertThat(terminal.err()).contains("cannot read /nowhere.jsonl");
    }

    @Test
    void aWrongConfigurationIsExitCodeTwoWithoutAStackTrace() {
        assertThat(terminal.run("config", "--set", "http.prt=1")).isEqualTo(2);
        assertThat(terminal.err()).isEqualTo("streambed: unknown key http.prt (flag --set); did you mean http.port?\n");
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(terminal.run("config", "--debug", "--set", "http.prt=1")).isEqualTo(2);
        assertThat(terminal.err()).contains("ConfigException").contains("\tat ");
    }

    @Test
    void configShowsWhatIsInForceAndFromWhereButNoSecret(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("x.yaml"), "milvus:\n  token: root:hush\nhttp.port: 81\n");

        int exit = terminal.run("config", "--config", file.toString(), "--set", "pipeline.name=bge");

        assertThat(exit).isZero();
        assertThat(terminal.out())
                .containsPattern("http.port +81 +# file .*x.yaml line 3\n")
                .containsPattern("pipeline.name +bge +# flag --set\n")
                .containsPattern("milvus.token +\\*\\*\\* +# file .*x.yaml line 2\n")
                .containsPattern("shutdown.timeout +30s +# default\n")
                .doesNotContain("hush");
    }
}

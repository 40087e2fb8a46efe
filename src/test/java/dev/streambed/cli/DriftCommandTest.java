package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.drift.CanaryReference;
import dev.streambed.observe.drift.DriftTopic;
import dev.streambed.testing.TestBroker;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DriftCommandTest {
    @Test
    void listsWhatDriftIsMeasuredAgainstAndTakesItOut() {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("drift.minilm", 1, Map.of("cleanup.policy", "compact"));
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (DriftTopic topic = new DriftTopic("drift.minilm", settings, settings)) {
                topic.write(new CanaryReference("0123456789abcdef01", "id", 0, new float[][] {{1, 0}}, 1e-4));

                assertThat(baseline(broker))
                        .isEqualTo(
                                "canary's reference, made 1970-01-01T00:00:00Z, pipeline fingerprint 0123456789abcdef\n");
                assertThat(baseline(broker, "--reset", "--tenant", "acme")).isEqualTo("none in drift.minilm\n");
                assertThat(baseline(broker, "--reset")).startsWith("reset  canary's reference, made ");
                assertThat(baseline(broker)).isEqualTo("none in drift.minilm\n");

                assertThat(topic.read()).last().isEqualTo(new DriftTopic.Change("canary/0123456789abcdef", null));
            }
        }
    }

    @Test
    void wantsACommand() {
        Terminal terminal = new Terminal();

        assertThat(terminal.run("drift")).isEqualTo(2);
        assertThat(terminal.err()).startsWith("streambed: a command is missing");
    }

    private static String baseline(TestBroker broker, String... options) {
        Terminal terminal = new Terminal();
        int exit = terminal.run(Stream.concat(
                        Stream.of("drift", "baseline", "--set", "kafka.bootstrap.servers=" + broker.bootstrapServers()),
                        Arrays.stream(options))
                .toArray(String[]::new));
        assertThat(terminal.err()).isEmpty();
        assertThat(exit).isZero();
        return terminal.out();
    }
}

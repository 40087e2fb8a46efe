package dev.streambed.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLineReaderTest {
    @Test
    void givesTheBytesAsTheyAreWithTheNumberOfTheirLine() throws IOException {
        String odd = "  {\"text\" : \"\\u00e9\\ud83d\\ude00\", \"id\":\"a\", \"x\":{\"id\":\"inner\"}}\r";

        List<EventLine> lines = read("\n \n" + odd + "\n{\"id\":\"b\"}");

        assertThat(lines).hasSize(2).allMatch(line -> line instanceof EventLine.Event);
        EventLine.Event first = (EventLine.Event) lines.get(0);
        assertThat(first.number()).isEqualTo(3);
        assertThat(first.id()).isEqualTo("a");
        assertThat(new String(first.value(), StandardCharsets.UTF_8)).isEqualTo(odd);
        assertThat(lines.get(1).number()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\",\"text\":7,\"version\":\"seven\"}",
                "{\"id\":\"a\",\"type\":\"purge\"}",
                "{\"id\":\"\"}",
                "{\"id\":\"a\",\"version\":123456789012345678901234567890}"
            })
    void leavesItToTheServiceToJudgeTheContent(String line) throws IOException {
        assertThat(read(line)).singleElement().isInstanceOf(EventLine.Event.class);
    }

    @Test
    void leavesItToTheServiceToJudgeTheDepth() throws IOException {
        String deep = "{\"id\":\"a\",\"metadata\":" + "[".repeat(2000) + "]".repeat(2000) + "}";

        assertThat(read(deep)).singleElement().isInstanceOf(EventLine.Event.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense", "{\"id\":\"a\"", "[]", "\"x\"", "{\"id\":7}", "{}", "{\"id\":\"a\"} {\"id\":\"b\"}"})
    void refusesWhatIsNoObjectWithAnId(String line) throws IOException {
        assertThat(read(line)).singleElement().isInstanceOf(EventLine.Unusable.class);
    }

    private static List<EventLine> read(String text) throws IOException {
        List<EventLine> lines = new ArrayList<>();
        try (EventLineReader reader =
                new EventLineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            for (EventLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }
}

package dev.streambed.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas, against the examples beside them and against the enums of the code. */
class SchemasTest {
    @ParameterizedTest
    @MethodSource("validChanges")
    void acceptsAValidChange(Path example) {
        assertThat(Contract.problems("document-change", Contract.json(example))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalidChanges")
    void refusesAnInvalidChange(Path example) {
        assertThat(Contract.problems("document-change", Contract.json(example))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("validCompletions")
    void acceptsAValidCompletion(Path example) {
        assertThat(Contract.problems("completion", Contract.json(example))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalidCompletions")
    void refusesAnInvalidCompletion(Path example) {
        assertThat(Contract.problems("completion", Contract.json(example))).isNotEmpty();
    }

    @Test
    void knowsEveryOutcome() {
        assertThat(strings(Contract.schema("completion").at("/properties/outcome/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(Outcome.values()).map(Enum::name).toList());
    }

    @Test
    void knowsEveryReasonCode() {
        assertThat(strings(Contract.schema("completion").at("/properties/reason/properties/code/enum")))
                .containsExactlyElementsOf(Arrays.stream(ReasonCode.values())
                        .map(ReasonCode::wireName)
                        .toList());
    }

    static List<Path> validChanges() {
        return Contract.files("examples/document-change/valid");
    }

    static List<Path> invalidChanges() {
        return Contract.files("examples/document-change/invalid");
    }

    static List<Path> validCompletions() {
        return Contract.files("examples/completion/valid");
    }

    static List<Path> invalidCompletions() {
        return Contract.files("examples/completion/invalid");
    }

    private static List<String> strings(JsonNode array) {
        Stream<JsonNode> elements = StreamSupport.stream(array.spliterator(), false);
        return elements.map(JsonNode::asText).toList();
    }
}

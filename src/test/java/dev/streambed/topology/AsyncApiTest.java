package dev.streambed.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.completion.Outcome;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document, against the other files of the contract. Its own grammar is not checked here. */
class AsyncApiTest {
    private final JsonNode document = Contract.yaml("asyncapi.yaml");

    @Test
    void hasAChannelForEachTopic() {
        assertThat(document.get("channels").findValuesAsText("address"))
                .containsExactlyElementsOf(
                        Contract.yaml("topics.yaml").get("topics").findValuesAsText("name"));
    }

    @Test
    void namesATypeForEachOutcome() {
        List<String> types = new ArrayList<>();
        document.at("/components/messages/completion/headers/properties/ce_type/enum")
                .forEach(type -> types.add(type.asText()));

        assertThat(types)
                .containsExactlyElementsOf(Arrays.stream(Outcome.values())
                        .map(outcome -> "dev.streambed.document." + outcome.inLowerCase())
                        .toList());
    }

    @Test
    void refersOnlyToWhatIsThere() {
        List<String> references = document.findValuesAsText("$ref");

        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
            } else {
                assertThat(Files.isRegularFile(Contract.TOPOLOGY.resolve(reference)))
                        .isTrue();
            }
        });
    }
}

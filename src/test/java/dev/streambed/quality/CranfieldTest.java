package dev.streambed.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The collection is the one whose figures are known. */
class CranfieldTest {
    @Test
    void isWhole() {
        Cranfield cranfield = Cranfield.load();

        assertThat(cranfield.documents()).hasSize(1400);
        assertThat(cranfield.documents().stream().filter(line -> line.contains("\"text\": \"\"")))
                .hasSize(2);
        assertThat(cranfield.queries()).hasSize(225);
        assertThat(cranfield.judgements().keySet())
                .isEqualTo(cranfield.queries().keySet());
    }

    @Test
    void scoresOneForAPerfectSearch() {
        Cranfield cranfield = Cranfield.load();

        Map<String, List<String>> perfect = cranfield.judgements().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, query -> List.copyOf(query.getValue())));

        assertThat(Ndcg.mean(perfect, cranfield.judgements())).isEqualTo(1.0);
    }
}

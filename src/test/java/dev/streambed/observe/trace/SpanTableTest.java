package dev.streambed.observe.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The names are public: who changes one sees it here. */
class SpanTableTest {
    @Test
    void thePageInTheDocumentationIsTheSpansThereAre() {
        Golden.compare("docs/traces.md", SpanTable.markdown());
    }

    @Test
    void noTwoAttributesHaveOneKey() {
        assertThat(Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key))
                .doesNotHaveDuplicates();
    }
}

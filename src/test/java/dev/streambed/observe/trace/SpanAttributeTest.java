package dev.streambed.observe.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The names are public; {@code MetricsPageTest} has what services send of them. */
class SpanAttributeTest {
    @Test
    void noTwoHaveOneKey() {
        assertThat(Arrays.stream(SpanAttribute.values()).map(SpanAttribute::key))
                .doesNotHaveDuplicates();
    }

    @Test
    void eachIsOfSomeSpan() {
        Set<SpanAttribute> declared = Arrays.stream(SpanName.values())
                .flatMap(name -> name.attributes().stream())
                .collect(Collectors.toSet());

        assertThat(declared).isEqualTo(EnumSet.allOf(SpanAttribute.class));
    }
}

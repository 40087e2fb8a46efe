package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.testing.OtlpReceiver.Span;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Holds the spans that a collector got against those that {@link SpanName} declares, which the page names. */
public final class SpansSent {
    /** Those that a span has only where there is something to say: an error, a port, more than one. */
    private static final Set<SpanAttribute> WHERE_IT_APPLIES = EnumSet.of(
            SpanAttribute.MESSAGING_CONVERSATION_ID,
            SpanAttribute.MESSAGING_TOMBSTONE,
            SpanAttribute.DB_NAMESPACE,
            SpanAttribute.DB_BATCH_SIZE,
            SpanAttribute.SERVER_ADDRESS,
            SpanAttribute.SERVER_PORT,
            SpanAttribute.ERROR_TYPE,
            SpanAttribute.OUTCOME,
            SpanAttribute.REASON);

    private SpansSent() {}

    /** Whether each span that is declared has come. */
    public static boolean areAll(List<Span> sent) {
        return attributesOf(sent).keySet().equals(EnumSet.allOf(SpanName.class));
    }

    /** Fails unless each had attributes that are declared for it, and all of those that each of its kind has. */
    public static void expectWhatIsDeclared(List<Span> sent) {
        attributesOf(sent).forEach((name, attributes) -> {
            Set<String> declared = keys(name.attributes());
            Set<String> always = new TreeSet<>(declared);
            always.removeAll(keys(WHERE_IT_APPLIES));
            assertThat(attributes)
                    .as("attributes of %s, %s", name, name.template())
                    .isSubsetOf(declared)
                    .containsAll(always);
        });
    }

    /** All that the spans of a name had. */
    private static Map<SpanName, Set<String>> attributesOf(List<Span> sent) {
        Map<SpanName, Set<String>> attributes = new EnumMap<>(SpanName.class);
        for (Span span : sent) {
            attributes
                    .computeIfAbsent(declared(span), name -> new TreeSet<>())
                    .addAll(span.attributes().keySet());
        }
        return attributes;
    }

    private static SpanName declared(Span span) {
        return Arrays.stream(SpanName.values())
                .filter(name -> name.kind().name().equals(span.kind().name()) && fits(name, span.name()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span of this name and kind is declared: " + span));
    }

    /** Of the names of topics, the template has the part that does not depend on prefix and pipeline. */
    private static boolean fits(SpanName name, String sent) {
        String[] words = sent.split(" ", 2);
        if (!words[0].equals(name.operation())) {
            return false;
        }
        return !name.template().endsWith(" topic>") || words[1].contains(topic(name));
    }

    private static String topic(SpanName name) {
        return switch (name) {
            case SEND_DOCUMENT, PROCESS_DOCUMENT -> "documents";
            case SEND_EMBEDDING, PROCESS_EMBEDDING -> "embeddings";
            default -> "completions";
        };
    }

    private static Set<String> keys(Set<SpanAttribute> attributes) {
        return attributes.stream().map(SpanAttribute::key).collect(Collectors.toCollection(TreeSet::new));
    }
}

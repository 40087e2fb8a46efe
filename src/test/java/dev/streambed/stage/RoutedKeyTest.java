package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutedKeyTest {
    private static final int PARTITIONS = 12;

    private static Optional<Set<Integer>> partitions(RoutedKey key) {
        return RoutedKey.PARTITIONER.partitions("out", key, null, PARTITIONS);
    }

    @Test
    void writesTheKeyAlone() {
        RoutedKey key = new RoutedKey("doc\0same".getBytes(UTF_8), "doc".getBytes(UTF_8), 3);

        assertThat(RoutedKey.SERIALIZER.serialize("out", key)).isEqualTo("doc\0same".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "doc-1", "Ünïcödé", "a rather long document id, longer than a word"})
    void agreesWithJavasDefaultPartitioner(String id) {
        byte[] bytes = id.getBytes(UTF_8);

        assertThat(RoutedKey.partitionOf(bytes, PARTITIONS))
                .isEqualTo(BuiltInPartitioner.partitionForKey(bytes, PARTITIONS));
    }

    @Test
    void goesWhereItsDocumentGoesThoughItsKeyDiffers() {
        byte[] document = "doc".getBytes(UTF_8);
        RoutedKey result = new RoutedKey(document, document, null);
        RoutedKey mark = new RoutedKey("doc\0same".getBytes(UTF_8), document, null);

        assertThat(partitions(mark)).isEqualTo(partitions(result));
    }

    @Test
    void goesToThePartitionAskedFor() {
        assertThat(partitions(new RoutedKey(null, "doc".getBytes(UTF_8), 7))).contains(Set.of(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, PARTITIONS, Integer.MAX_VALUE})
    void aPartitionThatDoesNotExistIsIgnored(int partition) {
        byte[] document = "doc".getBytes(UTF_8);

        assertThat(partitions(new RoutedKey(null, document, partition)))
                .contains(Set.of(RoutedKey.partitionOf(document, PARTITIONS)));
    }

    @Test
    void goesAnywhereWithoutRouting() {
        assertThat(partitions(new RoutedKey(null, null, null))).isEmpty();
    }
}

package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestChunksTest {
    private final List<Integer> fetches = new ArrayList<>();

    /** A store of documents with so many chunks each, the first document's all nearest. */
    private BestChunks.Rows store(int documents, int chunks) {
        var all = new ArrayList<Hit>();
        for (int row = 0; row < documents * chunks; row++) {
            all.add(new Hit("d" + row / chunks, row % chunks, 1.0 / (row + 1), ""));
        }
        return fetch -> {
            fetches.add(fetch);
            return all.subList(0, Math.min(fetch, all.size()));
        };
    }

    @Test
    void fetchesMoreUntilThereAreEnoughDocuments() throws IndexException {
        assertThat(BestChunks.of(3, 10_000, store(5, 100)))
                .extracting(Hit::documentId)
                .containsExactly("d0", "d1", "d2");
        assertThat(fetches).containsExactly(12, 48, 192, 768);
    }

    @Test
    void stopsWhereThereAreNoMoreRowsOrTheStoreReturnsNoMore() throws IndexException {
        assertThat(BestChunks.of(3, 10_000, store(2, 2))).extracting(Hit::chunk).containsExactly(0, 0);
        assertThat(fetches).containsExactly(12);
        assertThat(BestChunks.of(3, 50, store(3, 40))).hasSize(2);
        assertThat(fetches).containsExactly(12, 12, 48, 50);
    }

    @Test
    void refusesToLookForNothing() {
        assertThatThrownBy(() -> BestChunks.of(0, 10, store(1, 1))).hasMessageContaining("k is 0");
    }
}

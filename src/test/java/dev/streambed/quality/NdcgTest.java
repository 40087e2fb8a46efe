package dev.streambed.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.index.Hit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each expected value was worked out by hand from the discounts 1, 0.630930, 0.5, 0.430677, 0.386853 ... 0.289065 (rank 10). */
class NdcgTest {
    @Test
    void isOneWhereAllRelevantDocumentsComeFirst() {
        assertThat(Ndcg.of(List.of("a", "b", "x"), Set.of("b", "a"))).isEqualTo(1.0);
    }

    @Test
    void isZeroWhereNoneIsFound() {
        assertThat(Ndcg.of(List.of("x", "y"), Set.of("a"))).isZero();
        assertThat(Ndcg.of(List.of(), Set.of("a"))).isZero();
    }

    @Test
    void discountsByTheLogarithmOfTheRank() {
        // 1 / log2(2 + 1)
        assertThat(Ndcg.of(List.of("x", "a"), Set.of("a"))).isCloseTo(0.630930, within(1e-6));
        // 1 / log2(3 + 1)
        assertThat(Ndcg.of(List.of("x", "y", "a"), Set.of("a"))).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void dividesByTheBestRankingPossible() {
        // (1 + 0.5) / (1 + 0.630930 + 0.5)
        assertThat(Ndcg.of(List.of("a", "x", "b"), Set.of("a", "b", "c"))).isCloseTo(0.703918, within(1e-6));
    }

    @Test
    void countsTenRanksOnly() {
        List<String> ranking =
                IntStream.rangeClosed(1, 12).mapToObj(i -> "d" + i).toList();

        assertThat(Ndcg.of(ranking, Set.of("d11"))).isZero();
        assertThat(Ndcg.of(ranking, Set.of("d10"))).isCloseTo(0.289065, within(1e-6));
    }

    @Test
    void capsTheBestRankingAtTen() {
        List<String> ranking =
                IntStream.rangeClosed(1, 10).mapToObj(i -> "d" + i).toList();
        Set<String> fifteen =
                IntStream.rangeClosed(1, 15).mapToObj(i -> "d" + i).collect(Collectors.toSet());

        assertThat(Ndcg.of(ranking, fifteen)).isEqualTo(1.0);
    }

    @Test
    void averagesOverAllJudgedQueries() {
        Map<String, Set<String>> judgements = Map.of("1", Set.of("a"), "2", Set.of("b"), "3", Set.of("c"));

        // query 3 was not answered
        double mean = Ndcg.mean(Map.of("1", List.of("a"), "2", List.of("x", "y", "b")), judgements);

        assertThat(mean).isCloseTo((1 + 0.5 + 0) / 3, within(1e-12));
    }

    @Test
    void ranksADocumentByItsBestChunk() {
        List<Hit> hits = List.of(
                new Hit("b", 0, 0.5, ""), new Hit("a", 0, 0.4, ""), new Hit("a", 3, 0.9, ""), new Hit("c", 1, 0.1, ""));

        assertThat(Ndcg.ranking(hits)).containsExactly("a", "b", "c");
    }

    @Test
    void refusesWhatHasNoMeaning() {
        assertThatThrownBy(() -> Ndcg.of(List.of("a"), Set.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ndcg.of(List.of("a", "a"), Set.of("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ndcg.mean(Map.of(), Map.of())).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.streambed.embed.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.batch.Job.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The queue and the budget by themselves: no threads, no model. */
class BatchingTest {
    private static Stream<Arguments> largeBudgets() {
        IntUnaryOperator any = length -> length;
        IntUnaryOperator mostlyShort = length -> Math.max(3, length * length / 256);
        return Stream.of(BatchOptions.GPU, BatchOptions.CPU)
                .map(options -> options.withTokenBudget(4096))
                .flatMap(options -> Stream.of(
                        Arguments.of(options, Named.of("any lengths", any)),
                        Arguments.of(options, Named.of("mostly short", mostlyShort))));
    }

    @ParameterizedTest
    @MethodSource("largeBudgets")
    void fillsALargeBudgetWithLittlePaddingFromABacklog(BatchOptions options, IntUnaryOperator lengths) {
        // given a backlog of 4,000 sequences of 3..256 tokens
        long seed = System.nanoTime();
        Random random = new Random(seed);
        JobQueue queue = new JobQueue(options);
        for (int i = 0; i < 4_000; i++) {
            queue.add(job(Priority.BULK, lengths.applyAsInt(3 + random.nextInt(254))));
        }
        // when three quarters of it are cut into batches
        long real = 0;
        long cells = 0;
        int batches = 0;
        while (queue.sequences() > 1_000) {
            List<Item> batch = queue.take(4096, 1);
            real += batch.stream().mapToLong(Item::length).sum();
            cells += (long) batch.size() * batch.get(batch.size() - 1).length();
            batches++;
        }
        // then padding is below a twentieth and batches are nearly full
        assertThat((double) real / cells).as("seed %s", seed).isGreaterThanOrEqualTo(0.95);
        assertThat((double) cells / batches).as("seed %s", seed).isGreaterThanOrEqualTo(0.8 * 4096);
    }

    @Test
    void neverExceedsTheBudgetAndTakesEverySequenceOnce() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        JobQueue queue = new JobQueue(BatchOptions.CPU);
        List<Priority> priorities = List.of(Priority.values());
        int submitted = 0;
        for (int i = 0; i < 500; i++) {
            int[] lengths = random.ints(1 + random.nextInt(8), 1, 257).toArray();
            submitted += lengths.length;
            queue.add(job(priorities.get(random.nextInt(priorities.size())), lengths));
        }
        List<Item> taken = new ArrayList<>();
        while (!queue.isEmpty()) {
            List<Item> batch = queue.take(512, 1 + random.nextInt(2));
            assertThat(batch.size() * batch.get(batch.size() - 1).length())
                    .as("seed %s", seed)
                    .isLessThanOrEqualTo(512);
            taken.addAll(batch);
        }
        assertThat(taken).as("seed %s", seed).hasSize(submitted).doesNotHaveDuplicates();
    }

    @Test
    void sharesWhatWaitsAmongTheFreeSlotsOfACpu() {
        JobQueue queue = new JobQueue(BatchOptions.CPU);
        for (int i = 0; i < 4; i++) {
            queue.add(job(Priority.INTERACTIVE, 20));
        }
        assertThat(queue.take(512, 2)).hasSize(2);
        assertThat(queue.take(512, 1)).hasSize(2);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void fillsAGpusBatchFromLowerPriorities() {
        JobQueue queue = new JobQueue(BatchOptions.GPU);
        queue.add(job(Priority.BULK, 20, 20, 20));
        queue.add(job(Priority.INTERACTIVE, 20));
        assertThat(queue.take(16_384, 2)).hasSize(4);
    }

    @Test
    void forgetsAJobThatIsRemoved() {
        JobQueue queue = new JobQueue(BatchOptions.CPU);
        Job gone = job(Priority.BULK, 500, 500);
        queue.add(gone);
        queue.add(job(Priority.BULK, 500));
        assertThat(queue.take(512, 1)).extracting(Item::job).containsExactly(gone);
        queue.remove(gone);
        queue.remove(gone);
        assertThat(queue.sequences()).isEqualTo(1);
        assertThat(queue.drain()).hasSize(1).doesNotContain(gone);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void givesTheBudgetBackSlowly() {
        TokenBudget budget = new TokenBudget(BatchOptions.CPU.withTokenBudget(512));
        budget.failedAt(512);
        assertThat(budget.current()).isEqualTo(256);
        budget.failedAt(200);
        assertThat(budget.current()).isEqualTo(100);
        for (int i = 0; i < TokenBudget.CALM; i++) {
            assertThat(budget.current()).isEqualTo(100);
            budget.ran(100, 1_000);
        }
        assertThat(budget.current()).isEqualTo(132);
        for (int i = 0; i < 20 * TokenBudget.CALM; i++) {
            budget.ran(100, 1_000);
        }
        assertThat(budget.current()).isEqualTo(512);
    }

    private static Job job(Priority priority, int... lengths) {
        List<int[]> sequences = new ArrayList<>();
        for (int length : lengths) {
            sequences.add(new int[length]);
        }
        return new Job(priority, sequences, 0);
    }
}

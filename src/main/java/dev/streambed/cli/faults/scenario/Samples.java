package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import java.util.List;

/**
 * What was seen of a service under a load that lasts. Immutable.
 *
 * @param residentBytes its memory, sample by sample
 * @param lag records that wait in its topics, likewise
 */
record Samples(List<Long> residentBytes, List<Double> lag) {
    /** Of the steady size. */
    private static final double FLAT = 1.2;

    private static final int FEWEST = 20;

    Samples {
        residentBytes = List.copyOf(residentBytes);
        lag = List.copyOf(lag);
    }

    /** The most of the second half, against the median of the second quarter: in the first one the heap still finds its size. */
    void expectFlatMemory(Lab lab) {
        int quarter = residentBytes.size() / 4;
        lab.expect("only " + residentBytes.size() + " samples of memory", residentBytes.size() >= FEWEST);
        long steady = median(residentBytes.subList(quarter, 2 * quarter));
        long most = residentBytes.subList(2 * quarter, residentBytes.size()).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        lab.expect(
                "memory grew from " + (steady >> 20) + " to " + (most >> 20) + " MiB under a steady load",
                most <= FLAT * steady);
    }

    /** What is too much waits in Kafka. */
    void expectGrowingLag(Lab lab) {
        List<Double> middle = lag.subList(lag.size() / 3, lag.size());
        double early = middle.get(0);
        double late = middle.get(middle.size() - 1);
        lab.expect("the lag went from " + early + " to " + late + " under ten times the load", late > early);
    }

    private static long median(List<Long> samples) {
        return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElse(0L);
    }
}

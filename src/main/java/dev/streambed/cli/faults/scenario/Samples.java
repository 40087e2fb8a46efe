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

    /** The median of the last quarter and the most of all, against the median of the steady load's second half: in the first the heap finds its size. */
    void expectMemoryAsUnder(Samples steadyLoad, Lab lab) {
        List<Long> reference = steadyLoad.residentBytes;
        lab.expect(
                "only " + reference.size() + " and " + residentBytes.size() + " samples of memory",
                reference.size() >= FEWEST && residentBytes.size() >= FEWEST);
        long steady = median(reference.subList(reference.size() / 2, reference.size()));
        long late = median(residentBytes.subList(3 * residentBytes.size() / 4, residentBytes.size()));
        long most = residentBytes.stream().mapToLong(Long::longValue).max().orElse(0);
        lab.expect(
                "memory is " + (late >> 20) + " MiB at the end and was " + (most >> 20)
                        + " at most; under a steady load it was " + (steady >> 20),
                late <= FLAT * steady && most <= FLAT * steady);
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

package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Feed.Sent;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Answers;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How long events took, from the broker's append of the event to its append of the answer, milliseconds. Immutable.
 *
 * @param sorted one an event, in order of size
 */
record Latencies(List<Long> sorted) {
    Latencies {
        sorted = sorted.stream().sorted().toList();
    }

    /** Of these events; those without an answer are left out. */
    static Latencies of(Collection<Sent> sent, Answers answers, Set<String> eventIds) {
        return of(sent, answers, each -> eventIds.contains(each.change().eventId()));
    }

    /** Of those that the broker wrote in this time, epoch milliseconds; the end is not in it. */
    static Latencies between(Collection<Sent> sent, Answers answers, long begin, long end) {
        return of(sent, answers, each -> begin <= each.appendedAtMillis() && each.appendedAtMillis() < end);
    }

    private static Latencies of(Collection<Sent> sent, Answers answers, Predicate<Sent> which) {
        return new Latencies(sent.stream()
                .filter(which)
                .flatMap(each -> answers.of(each.change().eventId()).stream()
                        .limit(1)
                        .map(Answer::appendedAtMillis)
                        .map(at -> Math.max(1, at - each.appendedAtMillis())))
                .toList());
    }

    /** A share of them took at most so long; 0 where there are none. */
    long quantile(double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
    }

    @Override
    public String toString() {
        return "p50 " + quantile(0.5) + " ms, p99 " + quantile(0.99) + " ms of " + sorted.size();
    }
}

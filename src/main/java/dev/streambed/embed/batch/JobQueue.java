package dev.streambed.embed.batch;

import dev.streambed.embed.batch.Job.Item;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What waits for the model, and who is next. Not thread-safe: guarded by the {@link Batcher}'s lock.
 *
 * <p>Each priority is a ring of jobs. The job at its head gives the next batch its first sequence; then every job that gave one
 * goes to the end of the ring. So a job at place p waits for at most p batches of its priority, however many sequences the others
 * have. A priority that was passed over {@value #PATIENCE} times goes before higher ones once: one batch in nine is bulk however
 * much interactive work there is. Counted in batches, not in time, so that it holds on any machine.
 */
final class JobQueue {
    /** Batches of others that a waiting priority lets pass. */
    static final int PATIENCE = 8;

    private static final class Ring {
        final Set<Job> jobs = new LinkedHashSet<>();
        int passedOver;

        boolean waits() {
            return !jobs.isEmpty();
        }
    }

    private final Map<Priority, Ring> rings = new EnumMap<>(Priority.class); // in order of priority
    private final BatchOptions options;
    private int sequences;
    private long tokens;

    JobQueue(BatchOptions options) {
        this.options = options;
        for (Priority priority : Priority.values()) {
            rings.put(priority, new Ring());
        }
    }

    void add(Job job) {
        ring(job.priority()).jobs.add(job);
        sequences += job.waiting();
        tokens += job.waitingTokens();
    }

    /** Drops what waits of a job; nothing happens where nothing does. */
    void remove(Job job) {
        if (ring(job.priority()).jobs.remove(job)) {
            sequences -= job.waiting();
            tokens -= job.waitingTokens();
        }
    }

    /** What was taken waits again, at the end of its job's ring. */
    void giveBack(Item item) {
        item.job().giveBack(item.index());
        ring(item.job().priority()).jobs.add(item.job());
        sequences++;
        tokens += item.length();
    }

    boolean isEmpty() {
        return sequences == 0;
    }

    /** Number of sequences that wait. */
    int sequences() {
        return sequences;
    }

    /** Everything, in order of priority; the queue is empty afterwards. */
    List<Job> drain() {
        List<Job> all = new ArrayList<>();
        for (Ring ring : rings.values()) {
            all.addAll(ring.jobs);
            ring.jobs.clear();
        }
        sequences = 0;
        tokens = 0;
        return all;
    }

    /**
     * Takes the next batch; the queue must not be empty.
     *
     * @param budget most cells, see {@link BatchOptions#tokenBudget}
     * @param freeSlots slots without work, the caller's included
     */
    List<Item> take(int budget, int freeSlots) {
        Ring first = next();
        List<Item> batch = BatchCutter.cut(candidates(first), share(budget, freeSlots), options.minFill());
        for (Item item : batch) {
            item.job().take(item.index());
            sequences--;
            tokens -= item.length();
        }
        for (Item item : batch) {
            Set<Job> ring = ring(item.job().priority()).jobs;
            if (ring.remove(item.job()) && item.job().waiting() > 0) {
                ring.add(item.job());
            }
        }
        return batch;
    }

    /** The cells for one of several free slots: its part of the tokens, and the padding that comes with them. */
    private long share(int budget, int freeSlots) {
        if (options.wide() || freeSlots <= 1) {
            return budget;
        }
        double part = (double) tokens / freeSlots / Math.max(0.5, options.minFill());
        return Math.min(budget, (long) Math.ceil(part));
    }

    /** The ring whose turn it is. */
    private Ring next() {
        Ring chosen = null;
        for (Ring ring : rings.values()) {
            boolean aged = ring.waits() && ring.passedOver >= PATIENCE;
            if (aged || (ring.waits() && chosen == null)) {
                chosen = ring;
            }
        }
        if (chosen == null) {
            throw new IllegalStateException("nothing waits");
        }
        for (Ring ring : rings.values()) {
            ring.passedOver = ring != chosen && ring.waits() ? ring.passedOver + 1 : 0;
        }
        return chosen;
    }

    /** The first sequence of each job, then the second of each, and so on: by turns, so that none fills the view alone. */
    private List<Item> candidates(Ring first) {
        List<Item> candidates = new ArrayList<>();
        collect(first, candidates);
        if (options.wide()) {
            rings.values().stream().filter(ring -> ring != first).forEach(ring -> collect(ring, candidates));
        }
        return candidates;
    }

    private void collect(Ring ring, List<Item> candidates) {
        List<Item> round = new ArrayList<>();
        for (Job job : ring.jobs) {
            if (candidates.size() + round.size() == options.lookAhead()) {
                break;
            }
            Item item = job.waitingFrom(0);
            if (item != null) {
                round.add(item);
            }
        }
        while (!round.isEmpty()) {
            candidates.addAll(round);
            List<Item> following = new ArrayList<>();
            for (Item item : round) {
                if (candidates.size() + following.size() == options.lookAhead()) {
                    break;
                }
                Item next = item.job().waitingFrom(item.index() + 1);
                if (next != null) {
                    following.add(next);
                }
            }
            round = following;
        }
    }

    private Ring ring(Priority priority) {
        return Objects.requireNonNull(rings.get(priority));
    }
}

package dev.streambed.embed.batch;

import dev.streambed.embed.batch.Job.Item;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.DeviceMemoryException;
import dev.streambed.embed.model.Embeddings;
import dev.streambed.embed.model.ModelException;
import dev.streambed.observe.BusyRate;
import dev.streambed.observe.trace.TraceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one slot's batches and gives each job what is its own. Owned by that slot's thread. A batch that fails is halved until the
 * guilty sequence stands alone: only its job fails.
 */
final class BatchRunner {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    /** The model of one slot, whether it takes tokens or texts. */
    interface Slot {
        Embeddings embed(List<Item> batch);

        static Slot of(BatchModel model) {
            return batch ->
                    model.embedWithNorms(batch.stream().map(Item::tokens).toList());
        }

        static Slot of(TextModel model) {
            return batch -> model.embedWithNorms(batch.stream().map(Item::text).toList());
        }
    }

    /** A sequence alone that finds no memory is tried again: the other slot may have held it. */
    private static final int TRIES_ALONE = 3;

    private final Slot slot;
    private final Consumer<List<Item>> giveBack;
    private final int dimension;
    private final TokenBudget budget;
    private final BatchMetrics metrics;
    private final BatchWatch watch;
    private final ModelSpans spans;
    private final BusyRate busy;
    private final LongSupplier nanoClock;

    /**
     * @param giveBack takes what the model did not want at present
     */
    BatchRunner(
            Slot slot,
            Consumer<List<Item>> giveBack,
            int dimension,
            TokenBudget budget,
            BatchMetrics metrics,
            BatchWatch watch,
            ModelSpans spans,
            BusyRate busy,
            LongSupplier nanoClock) {
        this.slot = slot;
        this.giveBack = giveBack;
        this.dimension = dimension;
        this.budget = budget;
        this.metrics = metrics;
        this.watch = watch;
        this.spans = spans;
        this.busy = busy;
        this.nanoClock = nanoClock;
    }

    /** Runs a batch; every live job in it gets its vectors or its failure. Never throws for a model that fails. */
    void run(List<Item> batch) {
        run(batch, 1);
    }

    private void run(List<Item> batch, int attempt) {
        List<Item> live = batch.stream().filter(item -> item.job().isToRun()).toList();
        if (live.isEmpty()) {
            return;
        }
        long start = nanoClock.getAsLong();
        live.forEach(item -> metrics.waited(item.job().started(start)));
        try {
            Embeddings embeddings = embed(live);
            float[][] vectors = embeddings.vectors();
            if (vectors.length != live.size()) {
                throw new ModelException(
                        "the model gave " + vectors.length + " vectors for " + live.size() + " sequences");
            }
            long nanos = nanoClock.getAsLong() - start;
            metrics.ran(nanos, tokens(live), cells(live));
            budget.ran(cells(live), nanos);
            for (int i = 0; i < vectors.length; i++) {
                deliver(live.get(i), vectors[i], embeddings.norms()[i], nanos);
            }
        } catch (DeviceMemoryException e) {
            budget.failedAt(cells(live));
            metrics.ranOutOfMemory();
            LOG.warn(
                    "No memory for a batch of {} x {}; the token budget is now {}",
                    live.size(),
                    width(live),
                    budget.current());
            if (live.size() > 1 || attempt >= TRIES_ALONE) {
                splitOrFail(live, e);
            } else {
                run(live, attempt + 1);
            }
        } catch (NotNowException e) {
            giveBack.accept(live);
        } catch (RuntimeException e) {
            splitOrFail(live, e);
        } catch (Error e) {
            // The slot lives on: what waits behind must not hang because of one batch.
            LOG.error("A batch of {} x {} failed hard", live.size(), width(live), e);
            live.forEach(item -> item.job().failed(e));
        }
    }

    private Embeddings embed(List<Item> batch) {
        TraceSpan span = spans.began(batch);
        BatchWatch.Call call = watch.began(batch.size(), width(batch));
        BusyRate.Call measured = busy.begin();
        boolean ended = false;
        try {
            Embeddings embeddings = slot.embed(batch);
            busy.ended(measured, tokens(batch));
            ended = true;
            return embeddings;
        } catch (RuntimeException | Error e) {
            span.failed(e.getClass().getName());
            throw e;
        } finally {
            watch.ended(call);
            span.end();
            if (!ended) {
                busy.failed();
            }
        }
    }

    private void splitOrFail(List<Item> batch, RuntimeException cause) {
        if (batch.size() == 1) {
            LOG.warn("A sequence of {} tokens fails alone", width(batch), cause);
            batch.get(0).job().failed(cause);
            return;
        }
        int half = batch.size() / 2;
        run(new ArrayList<>(batch.subList(0, half)), 1);
        run(new ArrayList<>(batch.subList(half, batch.size())), 1);
    }

    private void deliver(Item item, float[] vector, float norm, long nanos) {
        String flaw = flaw(vector);
        if (flaw == null) {
            item.job().done(item.index(), vector, norm, nanos);
        } else {
            item.job().failed(new ModelException("sequence " + item.index() + " of a text: " + flaw));
        }
    }

    private @Nullable String flaw(float[] vector) {
        if (vector.length != dimension) {
            return "its vector has " + vector.length + " components, not " + dimension;
        }
        for (float component : vector) {
            if (!Float.isFinite(component)) {
                return "its vector is not finite";
            }
        }
        return null;
    }

    private static long tokens(List<Item> batch) {
        return batch.stream().mapToLong(Item::length).sum();
    }

    /** Rows times the longest. */
    static long cells(List<Item> batch) {
        return (long) batch.size() * width(batch);
    }

    private static int width(List<Item> batch) {
        return batch.stream().mapToInt(Item::length).max().orElse(0);
    }
}

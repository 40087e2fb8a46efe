package dev.streambed.embed.remote;

import com.fasterxml.jackson.core.JacksonException;
import dev.streambed.embed.batch.Admission;
import dev.streambed.embed.batch.NotNowException;
import dev.streambed.embed.batch.TextModel;
import dev.streambed.embed.model.Embeddings;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.remote.RemoteException.Kind;
import dev.streambed.observe.HoldCode;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedding service. Thread-safe: all slots share it, and it blocks each for as long as its call takes.
 *
 * <p>No text is blamed on the service's word alone: a service with another model, another API or a bad day refuses everything, and
 * would take the whole stream to the dead letters. So where a call fails in a way that may be a text's fault, the service is given
 * a word of our own. If it embeds that, it is well, and one of the texts is to blame. If not, everything is held until it is.
 */
public final class RemoteService implements TextModel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteService.class);

    /** What a service must be able to embed. */
    static final String CANARY = "ping";

    /** A text alone that fails is tried again where the service may have failed: it may have had a bad moment. */
    private static final int TRIES_ALONE = 3;

    /** A number takes up to 13 characters, with what stands around it; some write doubles, up to 26. */
    private static final int BYTES_PER_COMPONENT = 32;

    private static final int LARGEST_DIMENSION = 1 << 16;

    private final RemoteOptions options;
    private final LongSupplier nanoClock;
    private final Gate gate;
    private final HttpCalls calls;
    private final RemoteMetrics metrics;

    private RemoteService(
            RemoteOptions options, MeterRegistry registry, IntervalFunction backoff, LongSupplier nanoClock) {
        this.options = options;
        this.nanoClock = nanoClock;
        this.gate = new Gate(
                options.endpoint().toString(), options.maxConcurrency(), options.deadline(), backoff, nanoClock);
        this.calls = new HttpCalls(options.endpoint(), options.token(), options.deadline(), Clock.systemUTC());
        this.metrics = new RemoteMetrics(registry, gate);
    }

    /**
     * Makes ready to call a service of known dimension, which need not be there yet.
     *
     * @throws IllegalArgumentException where the dimension is 0
     */
    public static RemoteService of(RemoteOptions options, MeterRegistry registry) {
        return of(options, registry, Gate.standardBackoff(), System::nanoTime);
    }

    /** The same with another clock, and other waits after failures; the calls' deadlines stay real. */
    static RemoteService of(
            RemoteOptions options, MeterRegistry registry, IntervalFunction backoff, LongSupplier nanoClock) {
        if (options.dimension() == 0) {
            throw new IllegalArgumentException("the dimension is not known; ask the service for it first");
        }
        return new RemoteService(options, registry, backoff, nanoClock);
    }

    /**
     * Asks the service for its dimension, again and again while it is not there.
     *
     * @param patience how long, about
     * @throws ModelException where it does not say, or refuses; the message says why and what to do
     */
    public static int askDimension(RemoteOptions options, Duration patience) {
        IntervalFunction backoff = Gate.standardBackoff();
        long until = System.nanoTime() + patience.toNanos();
        try (HttpCalls calls =
                new HttpCalls(options.endpoint(), options.token(), options.deadline(), Clock.systemUTC())) {
            for (int attempt = 1; ; attempt++) {
                try {
                    return ask(options, calls);
                } catch (RemoteException e) {
                    long pause = backoff.apply(attempt);
                    boolean hopeless = e.kind() == Kind.STOPPED || e.kind() == Kind.REFUSED;
                    if (hopeless || System.nanoTime() + Duration.ofMillis(pause).toNanos() > until) {
                        throw new ModelException(
                                "the embedder " + options.endpoint() + " does not say how long its vectors are: "
                                        + e.getMessage() + "; mend that, or set embedder.dimension to start without it",
                                e);
                    }
                    LOG.warn("The embedder {} does not answer yet: {}", options.endpoint(), e.getMessage());
                    Thread.sleep(pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("interrupted while waiting for the embedder " + options.endpoint(), e);
        }
    }

    private static int ask(RemoteOptions options, HttpCalls calls) throws RemoteException {
        byte[] request = options.api().request(options.model(), List.of(CANARY));
        byte[] answer = calls.post(request, (long) LARGEST_DIMENSION * BYTES_PER_COMPONENT);
        try {
            int dimension = options.api().vectors(answer, 1)[0].length;
            if (dimension > 0 && dimension <= LARGEST_DIMENSION) {
                return dimension;
            }
            throw new IOException("a vector has " + dimension + " components");
        } catch (IOException e) {
            throw notUnderstood(e);
        }
    }

    /** How many slots may call it, and when. */
    public Admission admission() {
        return gate;
    }

    /** Why it is not called at present, for people, or null. */
    public @Nullable String holdReason() {
        return gate.reason();
    }

    /** The same in a word, or null. */
    public @Nullable HoldCode holdCode() {
        return gate.holdCode();
    }

    @Override
    public float[][] embed(List<String> texts) {
        return embedWithNorms(texts).vectors();
    }

    /** The lengths as the service gave them: 1, where it normalises itself. */
    @Override
    public Embeddings embedWithNorms(List<String> texts) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call(texts);
            } catch (RemoteException e) {
                if (!e.kind().suspicious()) {
                    throw new NotNowException(String.valueOf(e.getMessage()), e);
                }
                askCanary(e);
                boolean again = texts.size() == 1 && e.kind() == Kind.FAILED && attempt < TRIES_ALONE;
                if (!again) {
                    throw new ModelException(
                            "the embedder " + options.endpoint() + " embeds other texts, but not these " + texts.size()
                                    + ": " + e.getMessage(),
                            e);
                }
            }
        }
    }

    /** Returns where the service is well. */
    private void askCanary(RemoteException suspicion) {
        int begun = gate.begin();
        long start = nanoClock.getAsLong();
        try {
            Embeddings unused = call(List.of(CANARY));
        } catch (RemoteException e) {
            if (e.kind().suspicious()) { // its own fault then: what a call of a word means is clear
                Kind kind = e.kind() == Kind.FAILED ? Kind.UNAVAILABLE : Kind.STOPPED;
                String message = "it does not even embed \"" + CANARY + "\": " + e.getMessage();
                gate.failed(begun, nanoClock.getAsLong() - start, new RemoteException(kind, message, e));
            }
            throw new NotNowException(String.valueOf(suspicion.getMessage()), e);
        }
    }

    private Embeddings call(List<String> texts) throws RemoteException {
        int begun = gate.begin();
        long start = nanoClock.getAsLong();
        try {
            byte[] request = options.api().request(options.model(), texts);
            byte[] answer = calls.post(request, (long) texts.size() * options.dimension() * BYTES_PER_COMPONENT);
            Embeddings vectors = checked(answer, texts.size());
            long nanos = nanoClock.getAsLong() - start;
            gate.answered(begun, nanos);
            metrics.answered(nanos);
            return vectors;
        } catch (RemoteException e) {
            long nanos = nanoClock.getAsLong() - start;
            gate.failed(begun, nanos, e);
            metrics.failed(e.kind(), nanos);
            throw e;
        }
    }

    private Embeddings checked(byte[] answer, int texts) throws RemoteException {
        float[][] vectors;
        try {
            vectors = options.api().vectors(answer, texts);
        } catch (IOException e) {
            throw notUnderstood(e);
        }
        float[] norms = new float[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            float[] vector = vectors[i];
            if (vector.length != options.dimension()) {
                throw new RemoteException(
                        Kind.STOPPED,
                        "its vectors have " + vector.length + " components, the pipeline's " + options.dimension()
                                + ": another model? Check embedder.model and embedder.dimension; a new model is a new pipeline");
            }
            double length = UnitVectors.length(vector);
            String flaw = UnitVectors.normalise(vector, length);
            if (flaw != null) {
                throw new RemoteException(Kind.REFUSED, flaw);
            }
            norms[i] = (float) length;
        }
        return new Embeddings(vectors, norms);
    }

    /** Without what the parser says: it may quote the answer, and that a text. */
    private static RemoteException notUnderstood(IOException e) {
        String why = e instanceof JacksonException ? "it is other JSON, or none" : e.getMessage();
        return new RemoteException(
                Kind.REFUSED, "its answer is not understood: " + why + "; check embedder.type and embedder.url");
    }

    /** Lets all calls go: what they carried was not embedded, and has not failed. */
    @Override
    public void close() {
        gate.close();
        calls.close();
        metrics.close();
    }
}

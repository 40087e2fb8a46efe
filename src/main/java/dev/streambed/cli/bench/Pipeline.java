package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A whole service with its own topics, and a client that publishes to it and awaits the answers. It runs from the first round to the last;
 * between its rounds it waits. One caller at a time.
 */
final class Pipeline implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration ANSWERED_WITHIN = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final String MODEL = "streambed.embed.model";

    private final String name;
    private final MeterRegistry registry;
    private final Service service;
    private final EmbeddingClient client;
    private int round;

    private Pipeline(String name, MeterRegistry registry, Service service, EmbeddingClient client) {
        this.name = name;
        this.registry = registry;
        this.service = service;
        this.client = client;
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param config of its own topics, which are there
     */
    static Pipeline start(String name, StreambedConfig config, ServiceFactory services) throws Exception {
        return start(name, config, services, new SimpleMeterRegistry());
    }

    /**
     * The same with another registry.
     *
     * @param registry becomes the pipeline's, which closes it
     */
    static Pipeline start(String name, StreambedConfig config, ServiceFactory services, MeterRegistry registry)
            throws Exception {
        Service service = services.start(config, EnumSet.allOf(Role.class), registry);
        try {
            awaitReady(name, service);
            EmbeddingClient client = EmbeddingClient.connect(
                    EmbeddingClientConfig.of(config.kafka().bootstrapServers())
                            .withTopicsPrefix(config.topics().prefix())
                            .withMaxPending(Integer.MAX_VALUE)
                            .withMaxBlock(READY_WITHIN)
                            .withTimeout(ANSWERED_WITHIN));
            return new Pipeline(name, registry, service, client);
        } catch (Exception | Error e) {
            service.close();
            throw e;
        }
    }

    private static void awaitReady(String name, Service service) {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        while (!service.ready()) {
            if (System.nanoTime() > until) {
                throw new BenchException("the pipeline with " + name + " is not ready: " + service.notReadyReason());
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    String name() {
        return name;
    }

    /** The id of a text's document in the last round. */
    String documentId(int text) {
        return "r" + round + "-" + text;
    }

    /**
     * Publishes every text at once, and waits for the last answer.
     *
     * @return seconds from the first submission to the last answer
     */
    double backlog(List<String> texts) {
        round++;
        long start = System.nanoTime();
        List<CompletableFuture<Completion>> answers = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            answers.add(client.submit(DocumentChange.upsert(documentId(i), texts.get(i))));
        }
        answers.forEach(answer -> requireIndexed(answer.join()));
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Publishes texts at random moments, whether or not those before have their answers: what callers who do not know of each other do. A
     * latency counts from the moment at which a document should have been sent.
     *
     * @param perSecond documents a second on average
     */
    Answered openLoop(List<String> texts, int documents, double perSecond, Random random) {
        round++;
        List<CompletableFuture<Answered.One>> answers = new ArrayList<>(documents);
        double at = System.nanoTime();
        for (int i = 0; i < documents; i++) {
            at += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
            long due = (long) at;
            parkUntil(due);
            String text = texts.get(random.nextInt(texts.size()));
            answers.add(client.submit(DocumentChange.upsert(documentId(i), text))
                    .thenApply(answer -> new Answered.One(System.nanoTime() - due, answer)));
        }
        List<Answered.One> all = answers.stream().map(CompletableFuture::join).toList();
        all.forEach(one -> requireIndexed(one.completion()));
        return new Answered(all);
    }

    /**
     * Publishes one document, in the interactive lane.
     *
     * @param id unlike those of the rounds
     */
    CompletableFuture<Completion> submit(String id, String text) {
        return client.submit(DocumentChange.upsert(id, text));
    }

    /**
     * Publishes so many documents, with a bound on those that have no answer yet, and waits for the last answer.
     *
     * @param text of each number
     * @return seconds from the first submission to the last answer
     */
    double flood(int documents, int inFlight, IntFunction<String> text) throws InterruptedException {
        round++;
        Semaphore room = new Semaphore(inFlight);
        AtomicReference<@Nullable RuntimeException> wrong = new AtomicReference<>();
        long start = System.nanoTime();
        for (int i = 0; i < documents && wrong.get() == null; i++) {
            room.acquire();
            CompletableFuture<?> unused = client.submit(DocumentChange.upsert(documentId(i), text.apply(i)))
                    .thenAccept(this::requireIndexed)
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            wrong.compareAndSet(null, inWords(failure));
                        }
                        room.release();
                    });
        }
        room.acquire(inFlight);
        RuntimeException first = wrong.get();
        if (first != null) {
            throw first;
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private RuntimeException inWords(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof BenchException known
                ? known
                : new BenchException("the pipeline with " + name + " gave no answer: " + failure.getMessage());
    }

    private static void parkUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Throws a {@link BenchException} where it is not. */
    void requireIndexed(Completion completion) {
        if (completion.outcome() != Outcome.INDEXED) {
            throw new BenchException("document " + completion.documentId() + " was answered " + completion.outcome()
                    + " by the pipeline with " + name + ": " + completion.reason());
        }
    }

    /** Real tokens in the batches so far. */
    double realTokens() {
        return counter("streambed.embed.tokens.real");
    }

    /** Cells of the batches so far. */
    double paddedTokens() {
        return counter("streambed.embed.tokens.padded");
    }

    /** Batches so far. */
    long batches() {
        Timer timer = registry.find(MODEL).timer();
        return timer == null ? 0 : timer.count();
    }

    /** Seconds that the batches so far were in the model, added up. */
    double modelSeconds() {
        Timer timer = registry.find(MODEL).timer();
        return timer == null ? 0 : timer.totalTime(TimeUnit.SECONDS);
    }

    /** Documents of both lanes that have been indexed so far. */
    long indexed() {
        double sum =
                registry.find("streambed.outcomes").tag("outcome", Outcome.INDEXED.inLowerCase()).counters().stream()
                        .mapToDouble(Counter::count)
                        .sum();
        return Math.round(sum);
    }

    private double counter(String meter) {
        Counter counter = registry.find(meter).counter();
        return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
        client.close();
        service.close();
        registry.close();
    }
}

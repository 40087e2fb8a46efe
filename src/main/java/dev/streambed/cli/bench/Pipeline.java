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
import java.util.concurrent.locks.LockSupport;

/**
 * A whole service with its own topics, and a client that publishes to it and awaits the answers. It runs from the first round to the last;
 * between its rounds it waits. One caller at a time.
 */
final class Pipeline implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration ANSWERED_WITHIN = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofMillis(50);

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
        MeterRegistry registry = new SimpleMeterRegistry();
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
        answers.forEach(this::requireIndexed);
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Publishes texts at random moments, whether or not those before have their answers: what callers who do not know of each other do. A
     * latency counts from the moment at which a document should have been sent.
     *
     * @param perSecond documents a second on average
     */
    Latencies openLoop(List<String> texts, int documents, double perSecond, Random random) {
        round++;
        long[] nanos = new long[documents];
        List<CompletableFuture<Completion>> answers = new ArrayList<>(documents);
        double at = System.nanoTime();
        for (int i = 0; i < documents; i++) {
            at += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
            long due = (long) at;
            parkUntil(due);
            int number = i;
            String text = texts.get(random.nextInt(texts.size()));
            answers.add(client.submit(DocumentChange.upsert(documentId(i), text))
                    .whenComplete((answer, failure) -> nanos[number] = System.nanoTime() - due));
        }
        answers.forEach(this::requireIndexed);
        return Latencies.ofNanos(nanos);
    }

    private static void parkUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void requireIndexed(CompletableFuture<Completion> answer) {
        Completion completion = answer.join();
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
        Timer timer = registry.find("streambed.embed.model").timer();
        return timer == null ? 0 : timer.count();
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

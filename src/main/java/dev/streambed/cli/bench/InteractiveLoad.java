package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.publish.AcknowledgedSender;
import dev.streambed.document.DocumentChange;
import dev.streambed.document.DocumentChangeJson;
import dev.streambed.observe.trace.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The latency of a few documents in the interactive lane, sent at random moments (an open loop: none waits for those before), alone and
 * beside a bulk backlog. One caller at a time.
 */
final class InteractiveLoad {
    private static final double SHARE = 0.1;

    /** What a document may take beside the model and the store. */
    private static final double PIPELINE_MILLIS = 10;

    private static final int WARM_UP_DOCUMENTS = 100;

    private final Pipeline pipeline;
    private final StreambedConfig config;
    private final List<String> texts;
    private final double perSecond;
    private final int documents;
    private final Random random;
    private final Consumer<String> progress;

    /**
     * @param config the pipeline's
     * @param bareRate documents a second of the model alone
     * @param seconds of each measurement
     */
    InteractiveLoad(
            Pipeline pipeline,
            StreambedConfig config,
            List<String> texts,
            double bareRate,
            int seconds,
            Random random,
            Consumer<String> progress) {
        this.pipeline = pipeline;
        this.config = config;
        this.texts = texts;
        this.perSecond = SHARE * bareRate;
        this.documents = (int) Math.max(1, Math.round(perSecond * seconds));
        this.random = random;
        this.progress = progress;
    }

    void warmUp() {
        progress.accept("warming up");
        double unused = pipeline.backlog(texts.subList(0, Math.min(texts.size(), WARM_UP_DOCUMENTS)));
    }

    LoadReport.Load10 load10() {
        Answered answered = measure("alone");
        Latencies latencies = answered.latencies();
        double embed = answered.embedMillis();
        double upsert = answered.indexMillis();
        return new LoadReport.Load10(
                documents,
                latencies.p50(),
                latencies.p99(),
                embed,
                upsert,
                latencies.p50() / (embed + upsert + PIPELINE_MILLIS));
    }

    /**
     * Leaves the pipeline with what is left of the backlog; nothing but to close it makes sense then.
     *
     * @param bulk documents of the backlog
     * @throws BenchException where it was done before the measurement was
     */
    LoadReport.Backlog backlog(int bulk) {
        double idle = measure("alone").latencies().p99();
        long before = pipeline.indexed();
        progress.accept("publishing " + bulk + " documents in the bulk lane");
        publish(bulk);
        Patience.await(() -> pipeline.indexed() > before, "nothing of the backlog was indexed");
        Answered beside = measure("beside the backlog");
        long left = bulk - (pipeline.indexed() - before - documents);
        if (left <= 0) {
            throw new BenchException(
                    "the backlog of " + bulk + " documents was done before the measurement beside it was;"
                            + " take a larger --backlog or fewer --load-seconds");
        }
        double p99 = beside.latencies().p99();
        return new LoadReport.Backlog(
                bulk, left, idle, p99, beside.secondHalf().latencies().p99(), p99 / idle);
    }

    private Answered measure(String company) {
        progress.accept(String.format(
                Locale.ROOT, "latency of %d documents, %.1f a second, %s", documents, perSecond, company));
        return pipeline.openLoop(texts, documents, perSecond, random);
    }

    /** Nobody waits for these; returns when the broker has them. */
    private void publish(int bulk) {
        try (AcknowledgedSender sender = new AcknowledgedSender(
                config.kafka().producer(), config.topics().documentsBulk(), Tracing.OFF)) {
            List<CompletableFuture<?>> sent = new ArrayList<>(bulk);
            for (int i = 0; i < bulk; i++) {
                String id = "bulk-" + i;
                String text = texts.get(random.nextInt(texts.size()));
                sent.add(sender.send(id, DocumentChangeJson.encode(DocumentChange.upsert(id, text))));
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).join();
        } catch (CompletionException e) {
            throw new BenchException("the backlog could not be published: " + e.getCause());
        }
    }
}

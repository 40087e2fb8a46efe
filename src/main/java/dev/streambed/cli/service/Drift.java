package dev.streambed.cli.service;

import dev.streambed.cli.config.DriftSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddedText;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.Lane;
import dev.streambed.embed.chunk.InputRefusedException;
import dev.streambed.observe.drift.DriftMonitor;
import dev.streambed.observe.drift.DriftOptions;
import dev.streambed.observe.drift.DriftTopic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** From the configuration to the watch over the vectors. */
final class Drift {
    private static final float[] REFUSED = {};

    private Drift() {}

    /** Starts it; the canary goes through the pipeline's own engine, in the lane that nobody waits for. */
    static DriftMonitor start(StreambedConfig config, EmbeddingEngine engine, MeterRegistry registry, Clock clock) {
        DriftSettings drift = config.drift();
        DriftOptions options = new DriftOptions(
                config.pipeline().name(),
                engine.fingerprint(),
                engine.dimension(),
                drift.tenantField(),
                drift.maxTenants(),
                drift.baseline(),
                drift.window(),
                drift.windowTime().toJavaTime(),
                drift.canaryInterval().toJavaTime(),
                drift.vectorsPerSecond());
        DriftTopic topic = new DriftTopic(
                config.driftTopic(), config.kafka().consumer(), config.kafka().producer());
        return DriftMonitor.start(options, topic, text -> embed(engine, text), registry, clock);
    }

    private static CompletableFuture<float[]> embed(EmbeddingEngine engine, String text) {
        CompletableFuture<EmbeddedText> embedding = engine.embed(text, Lane.BULK);
        CompletableFuture<float[]> vector = embedding.handle((embedded, failure) -> {
            if (failure instanceof InputRefusedException) {
                return REFUSED; // as it was when the reference was made: the limits are in the fingerprint
            }
            if (failure != null) {
                throw new CompletionException(failure);
            }
            return embedded.chunks().get(0).vector();
        });
        var unused = vector.whenComplete((done, failure) -> {
            if (vector.isCancelled()) {
                embedding.cancel(false);
            }
        });
        return vector;
    }
}

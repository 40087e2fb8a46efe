package dev.streambed.cli.config;

import io.airlift.units.DataSize;
import io.airlift.units.Duration;

/**
 * The embedder's bounds.
 *
 * @param workers batches in the model at once, 0..256; 0: by the device
 * @param batchTokens padded tokens of a batch, 0..1,048,576; 0: by the device
 * @param tokenizerThreads that cut texts, 0..256; 0: by the device
 * @param batchLatency how long a batch should be in the model at most, 1 ms..1 m, where {@code batchTokens} is 0
 * @param batchTimeout how long a batch may be in the model, 1 s..1 h; beyond it the process calls itself dead
 * @param inFlightBytes of documents, for each lane, 64 kB..1 GB; beyond it the lane's partitions pause
 */
public record EmbedSettings(
        int workers,
        int batchTokens,
        int tokenizerThreads,
        Duration batchLatency,
        Duration batchTimeout,
        DataSize inFlightBytes) {
    public EmbedSettings {
        Check.range("embed.workers", workers, 0, 256);
        Check.range("embed.batch-tokens", batchTokens, 0, 1 << 20);
        Check.range("embed.tokenizer-threads", tokenizerThreads, 0, 256);
        Check.range("embed.batch-latency", batchLatency, "1ms", "1m");
        Check.range("embed.batch-timeout", batchTimeout, "1s", "1h");
        Check.range("embed.in-flight-bytes", inFlightBytes, "64kB", "1GB");
    }
}

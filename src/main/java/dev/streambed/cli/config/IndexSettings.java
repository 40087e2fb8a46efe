package dev.streambed.cli.config;

import io.airlift.units.DataSize;

/**
 * The writer's bounds.
 *
 * @param type which store
 * @param rowsPerCall rows of one upsert, 1..10,000
 * @param bytesPerCall bytes of one upsert, 64 kB..32 MB
 * @param callsInFlight calls at once, 1..64
 * @param inFlightBytes of documents, 64 kB..1 GB; beyond it the partitions pause
 */
public record IndexSettings(
        Type type, int rowsPerCall, DataSize bytesPerCall, int callsInFlight, DataSize inFlightBytes) {
    /** Which store. */
    public enum Type {
        MILVUS,
        /** Lucene HNSW inside the process; gone with it. */
        MEMORY
    }

    public IndexSettings {
        Check.range("index.rows-per-call", rowsPerCall, 1, 10_000);
        Check.range("index.bytes-per-call", bytesPerCall, "64kB", "32MB");
        Check.range("index.calls-in-flight", callsInFlight, 1, 64);
        Check.range("index.in-flight-bytes", inFlightBytes, "64kB", "1GB");
    }
}

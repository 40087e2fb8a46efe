package dev.streambed.cli.plan;

import java.time.Duration;

/**
 * What is to be planned for.
 *
 * @param documents to load, 1 or more
 * @param tokens of a document on average, without special ones, more than 0
 * @param bytes of a document's text on average, in UTF-8, more than 0
 * @param deadline for loading them all, 1 s or more
 * @param peak changes a second once they are loaded, 0 or more
 * @param chunkTokens of a window, special tokens included, 16..32,768
 * @param overlap tokens that windows share, 0 or more, at most half of {@code chunkTokens}
 * @param dimension of a vector, 1..32,768
 * @param replication copies of each topic, 1..100
 * @param utilisation share of its rate that an instance is to be used to, above 0 and at most 1
 * @param threads stream threads of each stage in an instance, 1..100
 * @param embedInFlightBytes {@code embed.in-flight-bytes}
 * @param indexInFlightBytes {@code index.in-flight-bytes}
 */
public record PlanInput(
        long documents,
        double tokens,
        double bytes,
        Duration deadline,
        double peak,
        int chunkTokens,
        int overlap,
        int dimension,
        int replication,
        double utilisation,
        int threads,
        long embedInFlightBytes,
        long indexInFlightBytes) {
    /** Of English in the vocabularies of the usual models; used where only one of the two is known. */
    public static final double BYTES_A_TOKEN = 4.5;

    public PlanInput {
        require("--documents", documents, documents >= 1, "1 or more");
        require("--tokens", tokens, tokens > 0 && Double.isFinite(tokens), "more than 0");
        require("--bytes", bytes, bytes > 0 && Double.isFinite(bytes), "more than 0");
        require("--deadline", deadline, deadline.toSeconds() >= 1, "1s or more");
        require("--peak", peak, peak >= 0 && Double.isFinite(peak), "0 or more");
        require("--chunk-tokens", chunkTokens, chunkTokens >= 16 && chunkTokens <= 32_768, "16..32768");
        require(
                "chunk.overlap",
                overlap,
                overlap >= 0 && overlap <= chunkTokens / 2,
                "0 or more, and at most half of --chunk-tokens");
        require("--dimension", dimension, dimension >= 1 && dimension <= 32_768, "1..32768");
        require("--replication", replication, replication >= 1 && replication <= 100, "1..100");
        require("--utilisation", utilisation, utilisation > 0 && utilisation <= 1, "above 0 and at most 1");
        require("--threads", threads, threads >= 1 && threads <= 100, "1..100");
    }

    private static void require(String name, Object value, boolean holds, String range) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + "; " + range);
        }
    }
}

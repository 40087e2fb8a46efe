package dev.streambed.embed;

import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names everything that decides a document's vectors, so that two vector spaces are never mixed. */
final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 in hex over the facts, each on a line of its own; the device is not among them. */
    static String of(EmbeddingModel model, ModelFiles files, ChunkOptions chunk, int tokens) {
        return hash(List.of(
                "model " + model.sha256(),
                "tokenizer " + HexFormat.of().formatHex(sha256(files.tokenizerJson())),
                "pooling " + files.pooling(),
                "dimension " + model.dimension(),
                "chunk " + Chunker.RULES + " " + chunk.mode() + " " + tokens + " " + chunk.overlap(),
                "query " + quoted(files.queryPrefix()),
                "passage " + quoted(files.passagePrefix())));
    }

    /**
     * The same for a model elsewhere, whose bytes nobody here sees: its name stands for them. Where it is and what it speaks is not
     * among the facts, so that a service can move.
     */
    static String ofRemote(String model, int dimension, ModelFiles files, ChunkOptions chunk, int tokens) {
        return hash(List.of(
                "remote model " + quoted(model),
                "tokenizer " + HexFormat.of().formatHex(sha256(files.tokenizerJson())),
                "dimension " + dimension,
                "chunk " + Chunker.RULES + " " + chunk.mode() + " " + tokens + " " + chunk.overlap(),
                "query " + quoted(files.queryPrefix()),
                "passage " + quoted(files.passagePrefix())));
    }

    /** So that a line break in a name or a prefix is no new fact. */
    private static String quoted(String prefix) {
        return HexFormat.of().formatHex(prefix.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(List<String> facts) {
        return HexFormat.of().formatHex(sha256(String.join("\n", facts).getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

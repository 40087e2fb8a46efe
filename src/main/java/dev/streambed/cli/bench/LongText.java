package dev.streambed.cli.bench;

import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.chunk.Chunk;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.TextTokenizer;
import java.util.List;
import java.util.Random;

/** Texts of as many chunks as an engine is to make of them. */
final class LongText {
    /** Sentences that are added at a time. */
    private static final int FEWEST = 16;

    private LongText() {}

    /**
     * Sentences, one after the other.
     *
     * @param options of the engine
     * @param chunks as many, or one more or less
     */
    static String of(EngineOptions options, int chunks, List<String> sentences, Random random) {
        ModelFiles files = options.files();
        ChunkOptions own = options.chunk();
        // What is cut off here may have more chunks than a document.
        ChunkOptions unbounded = new ChunkOptions(own.mode(), own.tokens(), own.overlap(), Integer.MAX_VALUE);
        try (TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson())) {
            Chunker chunker = new Chunker(tokenizer, unbounded, files.maxTokens(), files.passagePrefix());
            StringBuilder text = new StringBuilder();
            List<Chunk> cut = List.of();
            for (int count = chunks; cut.size() < chunks; count = Math.max(FEWEST, chunks - cut.size())) {
                for (int i = 0; i < count; i++) {
                    text.append(sentences.get(random.nextInt(sentences.size()))).append(' ');
                }
                cut = chunker.chunk(text.toString()).chunks();
            }
            return text.substring(0, cut.get(chunks - 1).end());
        }
    }
}

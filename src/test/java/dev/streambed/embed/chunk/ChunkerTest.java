package dev.streambed.embed.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.completion.ReasonCode;
import dev.streambed.embed.InputRefusedException;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChunkerTest {
    private static final int CLS = 101;
    private static final int SEP = 102;
    private static final int UNK = 100;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void load() {
        tokenizer = new TextTokenizer(BundledModel.files().tokenizerJson());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void givesAShortTextItsTokensBetweenTheSpecialOnes() {
        Chunks chunks = chunker(ChunkMode.WINDOW, 256, 32).chunk("  Hello, world! ");
        assertThat(chunks.truncated()).isFalse();
        Chunk only = chunks.chunks().get(0);
        assertThat(only.sequence()).containsExactly(CLS, 7592, 1010, 2088, 999, SEP); // bert-base-uncased's numbers
        assertThat(only.start()).isEqualTo(2);
        assertThat(only.end()).isEqualTo(15);
    }

    @Test
    void slidesWindowsOfExactlyTheLimitWithTheOverlap() {
        // given a text of 100 one-token words, and windows with room for 18
        String text = "word ".repeat(100).strip();
        List<Chunk> chunks = chunker(ChunkMode.WINDOW, 20, 4).chunk(text).chunks();
        // then each but the last is full, and starts 14 words after the one before
        assertThat(chunks).hasSize(7);
        for (int i = 0; i < chunks.size(); i++) {
            assertThat(chunks.get(i).start()).isEqualTo(i * 14 * 5);
            assertThat(chunks.get(i).sequence()).hasSize(i < 6 ? 20 : 18);
            assertThat(text.substring(chunks.get(i).start(), chunks.get(i).end()))
                    .startsWith("word")
                    .endsWith("word");
        }
        assertThat(chunks.get(6).end()).isEqualTo(text.length());
    }

    @Test
    void truncatesToOneChunkAndSaysSo() {
        Chunker chunker = chunker(ChunkMode.TRUNCATE, 12, 0);
        Chunks cut = chunker.chunk("one two three four five six seven eight nine ten eleven");
        assertThat(cut.chunks()).hasSize(1);
        assertThat(cut.truncated()).isTrue();
        assertThat(cut.chunks().get(0).end()).isEqualTo("one two three four five six seven eight nine ten".length());
        assertThat(chunker.chunk("one two three four five six seven eight nine ten")
                        .truncated())
                .isFalse();
    }

    @Test
    void rejectsWhatIsLongerThanAWindowWhereAskedTo() {
        Chunker chunker = chunker(ChunkMode.REJECT, 12, 0);
        assertThat(chunker.chunk("one two three four five six seven eight nine ten")
                        .chunks())
                .hasSize(1);
        assertRefused(chunker, "one two three four five six seven eight nine ten eleven", ReasonCode.TOO_MANY_TOKENS);
    }

    @Test
    void refusesMoreChunksThanAllowed() {
        Chunker chunker = new Chunker(tokenizer, new ChunkOptions(ChunkMode.WINDOW, 12, 0, 3), 256, "");
        assertThat(chunker.chunk("word ".repeat(30)).chunks()).hasSize(3);
        assertRefused(chunker, "word ".repeat(31), ReasonCode.TOO_MANY_CHUNKS);
    }

    @Test
    void refusesWhiteSpace() {
        assertRefused(chunker(ChunkMode.WINDOW, 256, 32), " \t\n\u2003", ReasonCode.EMPTY_TEXT);
    }

    @Test
    void embedsATextWithoutTokensAsSpecialTokensAlone() {
        Chunks chunks = chunker(ChunkMode.WINDOW, 256, 32).chunk("\u200B\u200D\u2060");
        assertThat(chunks.chunks()).hasSize(1);
        assertThat(chunks.chunks().get(0).sequence()).containsExactly(CLS, SEP);
        assertThat(chunks.chunks().get(0).end()).isEqualTo(3);
    }

    @Test
    void countsThePrefixInAndPutsItBeforeEveryWindow() {
        Chunker plain = chunker(ChunkMode.WINDOW, 20, 4);
        Chunker prefixed = new Chunker(tokenizer, new ChunkOptions(ChunkMode.WINDOW, 22, 4, 100), 256, "passage: ");
        String text = "word ".repeat(100).strip();
        List<Chunk> with = prefixed.chunk(text).chunks();
        List<Chunk> without = plain.chunk(text).chunks();
        assertThat(with).hasSameSizeAs(without);
        for (int i = 0; i < with.size(); i++) {
            assertThat(with.get(i).start()).isEqualTo(without.get(i).start());
            assertThat(with.get(i).end()).isEqualTo(without.get(i).end());
            assertThat(with.get(i).sequence()).hasSizeLessThanOrEqualTo(22).startsWith(CLS, 6019, 1024, 2773);
        }
    }

    @Test
    void splitsAHugeWordIntoPiecesThatAStoreTakes() {
        // given one unknown token of 150,000 bytes between two words
        String text = "before " + "ü".repeat(75_000) + " after";
        List<Chunk> chunks = chunker(ChunkMode.WINDOW, 256, 32).chunk(text).chunks();
        assertThat(chunks).hasSize(5);
        assertThat(text(text, chunks.get(0))).isEqualTo("before");
        for (Chunk piece : chunks.subList(1, 4)) {
            assertThat(piece.sequence()).containsExactly(CLS, UNK, SEP);
            assertThat(text(text, piece).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Chunker.MAX_BYTES);
        }
        assertThat(text(text, chunks.get(4))).isEqualTo("after");
    }

    @Test
    void cutsBetweenWordsAcrossAMegabyteOfSpaces() {
        String text = "before" + " ".repeat(1_000_000) + "after";
        List<Chunk> chunks = chunker(ChunkMode.WINDOW, 256, 32).chunk(text).chunks();
        assertThat(chunks).extracting(chunk -> text(text, chunk)).containsExactly("before", "after");
    }

    @Test
    void keepsTheTokensOfOneCharTogether() {
        // given Hangul, of which this tokenizer makes two or three tokens a syllable
        List<Chunk> chunks = chunker(ChunkMode.WINDOW, 6, 0).chunk("한국한국한국").chunks();
        assertThat(chunks)
                .hasSize(6)
                .allSatisfy(chunk -> assertThat(chunk.end() - chunk.start()).isEqualTo(1));
    }

    @Test
    void refusesOptionsThatDoNotSuitTheModel() {
        assertThatThrownBy(() -> chunker(ChunkMode.WINDOW, 257, 0)).hasMessageContaining("the model takes 256");
        assertThatThrownBy(() -> chunker(ChunkMode.WINDOW, 2, 0)).hasMessageContaining("special tokens");
        assertThatThrownBy(() -> chunker(ChunkMode.WINDOW, 34, 32)).hasMessageContaining("chunk.overlap");
        assertThatThrownBy(() -> new ChunkOptions(ChunkMode.WINDOW, 10, 10, 1)).hasMessageContaining("chunk.overlap");
        assertThatThrownBy(() -> new ChunkOptions(ChunkMode.WINDOW, -1, 0, 1)).hasMessageContaining("chunk.tokens");
    }

    private static Chunker chunker(ChunkMode mode, int tokens, int overlap) {
        return new Chunker(tokenizer, new ChunkOptions(mode, tokens, overlap, 4096), 256, "");
    }

    private static String text(String text, Chunk chunk) {
        return text.substring(chunk.start(), chunk.end());
    }

    private static void assertRefused(Chunker chunker, String text, ReasonCode code) {
        assertThatThrownBy(() -> chunker.chunk(text))
                .isInstanceOfSatisfying(
                        InputRefusedException.class,
                        refusal -> assertThat(refusal.reason().code()).isEqualTo(code));
    }
}

package dev.streambed.embed.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.embed.model.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for any text: random Unicode, the seed in each failure's description. */
class ChunkerPropertiesTest {
    private static final int TEXTS = 2_000;

    /** No char has more tokens than such a window has room for; else it is parted, and its tokens stand in several windows. */
    private static final int ROOM_FOR_ANY_CHAR = 12;

    /** What texts are made of: words, accents that combine, right to left, Hangul, CJK, emoji with joiners, controls, stray halves. */
    private static final List<String> PARTS = List.of(
            "the",
            "boundary",
            "layer",
            "antidisestablishmentarianism",
            "e\u0301",
            "ｆｕｌｌ",
            "ﬁ",
            "İstanbul",
            "ß",
            "½",
            "שלום",
            "مرحبا",
            "\u202Eabc\u202C",
            "한국어",
            "漢字",
            "ひらがな",
            "😀",
            "👩‍👩‍👧‍👦",
            "🇩🇪",
            "𝔘𝔫𝔦",
            "\u200B",
            "\uFEFF",
            "\u00AD",
            "\u0000",
            "\u0007",
            "\uD83D",
            "\uDE00",
            "a\u0336b\u0336",
            "x".repeat(120),
            "[SEP]",
            "...",
            "--",
            "_",
            "3.14159",
            "@#$%");

    private static final List<String> GAPS =
            List.of(" ", " ", " ", "", "\n", "\n\n", "\t", "\u00A0", "\u2003", "\r\n", "     ");

    @Test
    void spansCoverTheTextAndWindowsJoinToItsTokens() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TextTokenizer tokenizer = new TextTokenizer(BundledModel.files().tokenizerJson())) {
            for (int i = 0; i < TEXTS; i++) {
                String text = text(random);
                int tokens = 3 + random.nextInt(40);
                int overlap = random.nextInt(tokens - 2);
                Chunker chunker =
                        new Chunker(tokenizer, new ChunkOptions(ChunkMode.WINDOW, tokens, overlap, 100_000), 256, "");
                if (!text.isBlank()) {
                    check(
                            "seed " + seed + ", text " + i + ", tokens " + tokens + ", overlap " + overlap,
                            text,
                            chunker.chunk(text).chunks(),
                            tokenizer.tokenize(text),
                            tokens,
                            overlap);
                }
            }
        }
    }

    private static void check(String where, String text, List<Chunk> chunks, Tokens tokens, int limit, int overlap) {
        BitSet covered = new BitSet(text.length());
        BitSet ends = new BitSet(); // where the windows so far may end in the text's tokens: repeats leave a choice
        ends.set(0);
        int start = 0;
        int end = 0;
        for (Chunk chunk : chunks) {
            assertThat(chunk.sequence()).as(where).hasSizeBetween(2, limit);
            assertThat(chunk.start()).as(where).isGreaterThanOrEqualTo(start);
            assertThat(chunk.end()).as(where).isGreaterThan(chunk.start());
            String part = text.substring(chunk.start(), chunk.end());
            assertThat(part).as(where).isEqualTo(part.strip());
            assertThat(part.getBytes(StandardCharsets.UTF_8)).as(where).hasSizeLessThanOrEqualTo(Chunker.MAX_BYTES);
            covered.set(chunk.start(), chunk.end());
            ends = joined(tokens.ids(), ends, chunk.sequence());
            assertThat(ends.isEmpty())
                    .as(where + ": a window that leaves tokens out")
                    .isFalse();
            assertThat(partsAPair(text, chunk.start()) || partsAPair(text, chunk.end()))
                    .as(where)
                    .isFalse();
            if (limit >= ROOM_FOR_ANY_CHAR) {
                assertThat(chunk.end()).as(where).isGreaterThan(end);
                assertThat(shared(tokens, chunk.start(), end))
                        .as(where + ": shared before char " + end)
                        .isLessThanOrEqualTo(Math.min(2 * overlap, (limit - 2) / 2));
            }
            start = chunk.start();
            end = chunk.end();
        }
        assertThat(ends.get(tokens.count())).as(where).isTrue();
        for (int i = 0; i < text.length(); i++) {
            assertThat(covered.get(i) || Character.isWhitespace(text.charAt(i)))
                    .as("%s: char %s", where, i)
                    .isTrue();
        }
    }

    /** Where the window may end: it stands in the tokens, and leaves none out behind a window that ended at one of {@code ends}. */
    private static BitSet joined(int[] ids, BitSet ends, int[] sequence) {
        BitSet joined = new BitSet();
        int length = sequence.length - 2;
        for (int at = 0; at + length <= ids.length; at++) {
            int before = ends.nextSetBit(at);
            if (before >= 0 && before <= at + length && Arrays.equals(ids, at, at + length, sequence, 1, 1 + length)) {
                joined.set(at + length);
            }
        }
        return joined;
    }

    private static boolean partsAPair(String text, int at) {
        return at > 0 && at < text.length() && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    /** Tokens that begin between the two chars. */
    private static int shared(Tokens tokens, int from, int to) {
        return (int) Arrays.stream(tokens.starts())
                .filter(start -> start >= from && start < to)
                .count();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int parts = 1 + random.nextInt(60);
        for (int i = 0; i < parts; i++) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
            text.append(GAPS.get(random.nextInt(GAPS.size())));
            if (random.nextInt(20) == 0) {
                text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
            }
        }
        return text.toString();
    }
}

package dev.streambed.embed.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.embed.model.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where windows end and begin. Each of the plain words here is one token, and so is each full stop. */
class ChunkerBoundariesTest {
    /** Room for 40 tokens of text, so a boundary is near from the 30th on. */
    private static final int ROOM = 40;

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
    void endsAtTheLastParagraphThatIsNear() {
        // given paragraphs that end at 31 and 35 tokens, and a sentence at 38
        String text = words(30) + ".\n\n" + words(3) + ".\r\n \r\n" + words(2) + ". " + words(60);
        assertThat(first(text, 0)).isEqualTo(words(30) + ".\n\n" + words(3) + ".");
    }

    @Test
    void endsAtTheLastSentenceThatIsNearWhereNoParagraphIs() {
        // given a paragraph that ends at 11 tokens, sentences at 33 and 36, and none near behind them
        String text = words(10) + ".\n\n" + words(21) + ". " + words(2) + "? " + words(60);
        assertThat(first(text, 0)).isEqualTo(words(10) + ".\n\n" + words(21) + ". " + words(2) + "?");
    }

    @Test
    void passesOverWhatLooksLikeASentencesEnd() {
        // given a full stop inside a number, and one that a lower case letter follows
        String text = words(29) + ". Then 3.14 was near e.g. here " + words(60);
        assertThat(first(text, 0)).isEqualTo(words(29) + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"。", "！", "？", "．"})
    void knowsTheFullStopsOfCjkWhereNoSpaceFollows(String stop) {
        // given ideographs, each a token, and a sentence that ends at 34 tokens
        String text = "水".repeat(33) + stop + "火".repeat(100);
        assertThat(first(text, 0)).isEqualTo("水".repeat(33) + stop);
    }

    @ParameterizedTest
    @ValueSource(strings = {"؟", "۔", "।", "።", "။", "។", "։"})
    void knowsTheFullStopsOfOtherScripts(String stop) {
        String text = words(32) + stop + " " + words(60);
        assertThat(first(text, 0)).isEqualTo(words(32) + stop);
    }

    @Test
    void endsALineWhereNoSentenceIsNear() {
        String text = words(33) + "\n" + words(60);
        assertThat(first(text, 0)).isEqualTo(words(33));
    }

    @Test
    void leavesAWordWholeWhereNothingBetterIsNear() {
        // given a word of many tokens across the limit, and a sentence that ends too early
        String text = words(20) + ". " + words(17) + " antidisestablishmentarianism " + words(60);
        assertThat(first(text, 0)).isEqualTo(words(20) + ". " + words(17));
    }

    @Test
    void doesNotPartANumberOrAFullStopFromItsWord() {
        assertThat(first(words(39) + " 3.14 " + words(60), 0)).isEqualTo(words(39));
        assertThat(first("(" + "水".repeat(39) + "、" + "火".repeat(60), 0)).doesNotEndWith("火");
        assertThat(chunker(0)
                        .chunk(words(40) + ", " + words(60))
                        .chunks()
                        .get(1)
                        .start())
                .as("no chunk begins with the comma")
                .isEqualTo(words(39).length() + 1);
    }

    @Test
    void cutsAtTheLimitWhereNoBoundaryIsNear() {
        // given ideographs without any punctuation, each a token
        Chunk first = chunker(0).chunk("水".repeat(200)).chunks().get(0);
        assertThat(first.end()).isEqualTo(ROOM);
    }

    @Test
    void beginsTheNextWindowWithASentence() {
        // given a sentence that begins 9 tokens before the cut, where an overlap of 6 begins in its middle
        String text = words(28) + ". Word " + words(7) + ". Word " + words(100);
        List<Chunk> chunks = chunker(6).chunk(text).chunks();
        assertThat(text.substring(chunks.get(0).start(), chunks.get(0).end()))
                .isEqualTo(words(28) + ". Word " + words(7) + ".");
        assertThat(chunks.get(1).start()).isEqualTo((words(28) + ". ").length());
    }

    @Test
    void beginsAtMostTwoOverlapsBack() {
        // given a sentence that begins 9 tokens before the cut, and an overlap of 4
        String text = words(28) + ". Word " + words(7) + ". Word " + words(100);
        assertThat(chunker(4).chunk(text).chunks().get(1).start())
                .isEqualTo((words(28) + ". " + words(5) + " ").length());
    }

    @Test
    void sharesNothingWhereNoOverlapIsAsked() {
        String text = (words(12) + ". ").repeat(30).strip();
        int end = 0;
        for (Chunk chunk : chunker(0).chunk(text).chunks()) {
            assertThat(chunk.start()).isEqualTo(end == 0 ? 0 : end + 1);
            end = chunk.end();
        }
    }

    @Test
    void bringsSomethingNewWithEachWindow() {
        // given two words so long that one window has no room for both, the first of them within the overlap
        String huge = "ü".repeat(20_000);
        String text = words(15) + " " + huge + " " + words(5) + " " + huge + " " + words(60);
        int end = 0;
        for (Chunk chunk : chunker(10).chunk(text).chunks()) {
            assertThat(chunk.end()).isGreaterThan(end);
            end = chunk.end();
        }
    }

    @Test
    void truncatesAtTheLimitForNoOtherWindowHasTheRest() {
        String text = words(31) + ".\n\n" + words(60);
        Chunker chunker = new Chunker(tokenizer, new ChunkOptions(ChunkMode.TRUNCATE, ROOM + 2, 0, 1), 256, "");
        assertThat(chunker.chunk(text).chunks().get(0).sequence()).hasSize(ROOM + 2);
    }

    @Test
    void partsNoCharAReaderSeesInAWordTooLongForTheStore() {
        // given one unknown token of letters with an accent of their own, three bytes each, and an offset of one byte
        String text = "a" + "u\u0308".repeat(50_000);
        List<Chunk> chunks = chunker(0).chunk(text).chunks();
        assertThat(chunks).hasSizeGreaterThan(2);
        chunks.forEach(chunk -> assertThat(text.charAt(chunk.start())).isNotEqualTo('\u0308'));
    }

    /** Prose whose boundaries are known, against a second reckoning of the rules. */
    @Test
    void followsTheRulesInRandomProse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Prose prose = Prose.of(random);
            int overlap = random.nextInt(20);
            Tokens tokens = tokenizer.tokenize(prose.text());
            List<Chunk> chunks = chunker(overlap).chunk(prose.text()).chunks();
            int from = 0;
            for (Chunk chunk : chunks) {
                String where = "seed " + seed + ", text " + i + ", overlap " + overlap + ", char " + chunk.start();
                String part = prose.text().substring(chunk.start(), chunk.end());
                int length = chunk.sequence().length - 2;
                assertThat(chunk.start()).as(where).isEqualTo(tokens.starts()[from]);
                assertThat(tokenizer.tokenize(part).ids())
                        .as(where)
                        .isEqualTo(Arrays.copyOfRange(chunk.sequence(), 1, length + 1));
                int to = from + length;
                if (to < tokens.count()) {
                    assertThat(to).as(where).isEqualTo(prose.end(tokens, from));
                    from = prose.start(tokens, from, to, overlap);
                } else {
                    assertThat(chunk).as(where).isSameAs(chunks.get(chunks.size() - 1));
                }
            }
        }
    }

    /** 1 MB each of what could be looked through again and again; that would take hours. */
    @ParameterizedTest
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    @ValueSource(
            strings = {"word ", "a. ", ". ", "! ", "x", "水", "。", "\n", " \n", "ü", ".", "\" ", "word.\n\n", "e\u0301 "
            })
    void takesTimeInProportionToTheLength(String part) {
        String text = "a " + part.repeat(1_000_000 / part.length()) + " z";
        Chunker chunker = new Chunker(tokenizer, new ChunkOptions(ChunkMode.WINDOW, 64, 16, 1_000_000), 256, "");
        List<Chunk> chunks = chunker.chunk(text).chunks();
        assertThat(chunks.get(chunks.size() - 1).end()).isEqualTo(text.length());
    }

    /** Text whose words are one token each, and where its paragraphs and sentences begin. */
    private record Prose(String text, TreeSet<Integer> paragraphs, TreeSet<Integer> sentences) {
        static Prose of(Random random) {
            StringBuilder text = new StringBuilder();
            TreeSet<Integer> paragraphs = new TreeSet<>();
            TreeSet<Integer> sentences = new TreeSet<>();
            for (int sentence = 1 + random.nextInt(40); sentence > 0; sentence--) {
                text.append("The ").append(words(1 + random.nextInt(random.nextInt(5) == 0 ? 70 : 12)));
                text.append(random.nextBoolean() ? "." : "?");
                if (sentence > 1) {
                    boolean paragraph = random.nextInt(8) == 0;
                    text.append(paragraph ? "\n\n" : " ");
                    (paragraph ? paragraphs : sentences).add(text.length());
                }
            }
            return new Prose(text.toString(), paragraphs, sentences);
        }

        int end(Tokens tokens, int from) {
            int limit = from + ROOM;
            int least = limit - ROOM / 4;
            for (TreeSet<Integer> starts : List.of(paragraphs, sentences)) {
                Integer start = starts.floor(tokens.starts()[limit]);
                if (start != null && start >= tokens.starts()[least]) {
                    return Arrays.binarySearch(tokens.starts(), start);
                }
            }
            return isFullStop(tokens, limit) ? limit - 1 : limit;
        }

        int start(Tokens tokens, int from, int to, int overlap) {
            int most = (to - from) / 2;
            if (overlap == 0) {
                return to;
            }
            int last = to - Math.min(overlap, most);
            int least = to - Math.min(2 * overlap, most);
            TreeSet<Integer> starts = new TreeSet<>(sentences);
            starts.addAll(paragraphs);
            Integer start = starts.floor(tokens.starts()[last]);
            if (start != null && start >= tokens.starts()[least]) {
                return Arrays.binarySearch(tokens.starts(), start);
            }
            boolean stop = isFullStop(tokens, last);
            return stop && last > least ? last - 1 : last;
        }

        private boolean isFullStop(Tokens tokens, int token) {
            return ".?".indexOf(text.charAt(tokens.starts()[token])) >= 0;
        }
    }

    private static String words(int count) {
        return "word ".repeat(count).strip();
    }

    private static Chunker chunker(int overlap) {
        return new Chunker(tokenizer, new ChunkOptions(ChunkMode.WINDOW, ROOM + 2, overlap, 100_000), 256, "");
    }

    private static String first(String text, int overlap) {
        Chunk first = chunker(overlap).chunk(text).chunks().get(0);
        return text.substring(first.start(), first.end());
    }
}

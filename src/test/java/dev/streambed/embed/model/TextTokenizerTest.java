package dev.streambed.embed.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextTokenizerTest {
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
    void cutsAndPadsNothingAlthoughItsFileSaysSo() {
        assertThat(tokenizer.tokenize("word ".repeat(1_000)).count()).isEqualTo(1_000);
        assertThat(tokenizer.tokenize("word").count()).isEqualTo(1);
        assertThat(tokenizer.tokenize("").count()).isZero();
    }

    @Test
    void givesSpansInJavaChars() {
        // given an emoji, two chars, before the word
        Tokens tokens = tokenizer.tokenize("😀 word");
        assertThat(tokens.starts()).containsExactly(0, 3);
        assertThat(tokens.ends()).containsExactly(2, 7);
    }

    @Test
    void keepsOffsetsRightBehindALoneSurrogate() {
        Tokens tokens = tokenizer.tokenize("x \uD800 y \uDC00\uD83D z");
        assertThat(tokens.starts()).containsExactly(0, 4, 9);
    }

    @Test
    void isOfflineBeforeItLoads() {
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    }

    @Test
    void putsTheSpecialTokensAroundAWindow() {
        Tokens tokens = tokenizer.tokenize("hello world");
        assertThat(tokenizer.sequence(new int[] {7}, tokens.ids(), 1, 2)).containsExactly(101, 7, 2088, 102);
        assertThat(tokenizer.specialTokens()).isEqualTo(2);
    }
}

package dev.streambed.embed.chunk;

import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.embed.model.Tokens;
import java.util.Arrays;

/**
 * Cuts a text into windows of tokens, from one tokenisation. Immutable; any thread may call it.
 *
 * <p>The text is shared out among its tokens: a token owns everything from its start to the next one's, so characters that the
 * tokenizer drops (white space, controls, zero-width ones) belong to the token before them. A chunk's span is what its tokens own,
 * without white space at either end. So, unless text was truncated, the spans cover every character that is no white space, the
 * chunks start in order, and a text of one chunk is its own span but for white space around it.
 *
 * <p>In mode {@code window} a text longer than one window is cut where its sense suffers least: at the last end of a paragraph in the
 * last quarter of the window, else of a sentence, else of a line, else of a word; where there is none, at the exact limit. The next
 * window begins {@code overlap} tokens before that cut, or up to twice as many where a sentence begins there (else a line, else a
 * word), and never more than half of the window before. No overlap is none. Mode {@code truncate} cuts at the exact limit: what it
 * leaves out is in no other window. A text of one window is never looked through. {@link Boundaries} says what ends where.
 *
 * <p>A chunk's text has at most {@value #MAX_BYTES} bytes in UTF-8, for it is stored with the vector and stores have a limit. A
 * window whose few tokens own more is cut earlier; where one token alone owns more (a "word" of 100 characters and more is one
 * unknown token, however long), its span is cut into pieces of that size, each a chunk of its own with that token.
 */
public final class Chunker {
    /** A boundary is near the limit of a window where it lies in the last of so many parts of it. */
    static final int NEAR = 4;

    /** Longest text of a chunk, in bytes of UTF-8. */
    public static final int MAX_BYTES = 60_000;

    /** Names the rules above; to be changed with them, so that the fingerprint of a pipeline changes. */
    public static final String RULES = "windows-2";

    private final TextTokenizer tokenizer;
    private final ChunkOptions options;
    private final int limit;
    private final String prefix;

    /**
     * A chunker.
     *
     * @param modelLimit the model's longest sequence
     * @param prefix put before every window, and counted in; may be empty
     * @throws IllegalArgumentException where a window would be longer than the model's limit, or have no room for text
     */
    public Chunker(TextTokenizer tokenizer, ChunkOptions options, int modelLimit, String prefix) {
        this.tokenizer = tokenizer;
        this.options = options;
        this.limit = options.tokens() == 0 ? modelLimit : options.tokens();
        this.prefix = prefix;
        if (limit > modelLimit) {
            throw new IllegalArgumentException(
                    "chunk.tokens is " + limit + "; the model takes " + modelLimit + " at most");
        }
        int taken = tokenizer.specialTokens() + tokenizer.tokenize(prefix).count();
        if (limit <= taken) {
            throw new IllegalArgumentException(
                    "chunk.tokens is " + limit + "; special tokens and the prefix take " + taken);
        }
        if (options.overlap() >= limit - taken) {
            throw new IllegalArgumentException("chunk.overlap is " + options.overlap() + "; windows have room for "
                    + (limit - taken) + " tokens of text, it must be less");
        }
    }

    /** Longest sequence this gives, special tokens and prefix included. */
    public int limit() {
        return limit;
    }

    /**
     * Cuts a text.
     *
     * @throws InputRefusedException where the text is blank, has too many chunks, or too many tokens for mode {@code reject}
     */
    public Chunks chunk(String text) {
        if (text.isBlank()) {
            throw refused(ReasonCode.EMPTY_TEXT, "the text is empty or only white space");
        }
        // The prefix is tokenised together with the text: a tokenizer may join the two across the border.
        Tokens tokens = tokenizer.tokenize(prefix + text);
        int first = 0;
        while (first < tokens.count() && tokens.ends()[first] <= prefix.length()) {
            first++;
        }
        if (prefix.isEmpty()) {
            first = 0;
        }
        int[] prefixIds = Arrays.copyOf(tokens.ids(), first);
        int capacity = limit - tokenizer.specialTokens() - first;
        int count = tokens.count() - first;
        if (options.mode() == ChunkMode.REJECT && count > capacity) {
            throw refused(
                    ReasonCode.TOO_MANY_TOKENS,
                    "the text has " + count + " tokens; this pipeline takes " + capacity + " and rejects longer texts");
        }
        OwnedText owned = OwnedText.of(text, tokens, first, prefix.length());
        Windows windows = new Windows(owned, Math.max(1, capacity), options);
        return windows.cut((from, to) -> tokenizer.sequence(prefixIds, owned.ids(), from, to));
    }

    static InputRefusedException refused(ReasonCode code, String message) {
        return new InputRefusedException(new Reason(code, message));
    }
}

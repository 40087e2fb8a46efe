package dev.streambed.embed.chunk;

import dev.streambed.embed.model.Tokens;
import java.util.Arrays;

/**
 * A text shared out among its tokens: token {@code i} owns the chars from {@code starts[i]} to {@code starts[i + 1]}. Several tokens
 * may start at one char (a Hangul syllable, an emoji in bytes); then the last of them owns it.
 *
 * @param text the text without prefix
 * @param ids its tokens
 * @param starts one more than ids: the first is 0, the last the text's length (0 where there is no token)
 * @param bytes bytes of UTF-8 before each start
 */
@SuppressWarnings("ArrayRecordComponent") // a working value, never compared
record OwnedText(String text, int[] ids, int[] starts, int[] bytes) {

    /** Shares out {@code text}, which stands behind a prefix of {@code prefixChars} with {@code first} tokens. */
    static OwnedText of(String text, Tokens tokens, int first, int prefixChars) {
        int count = tokens.count() - first;
        int[] starts = new int[count + 1];
        for (int i = 1; i < count; i++) {
            starts[i] = Math.max(0, tokens.starts()[first + i] - prefixChars);
        }
        starts[count] = count == 0 ? 0 : text.length();
        int[] bytes = new int[count + 1];
        int at = 0;
        int sum = 0;
        for (int i = 0; i <= count; i++) {
            sum += Utf8.bytes(text, at, starts[i]);
            at = starts[i];
            bytes[i] = sum;
        }
        return new OwnedText(text, Arrays.copyOfRange(tokens.ids(), first, tokens.count()), starts, bytes);
    }

    /** Number of tokens. */
    int count() {
        return ids.length;
    }

    /** Whether a cut before token {@code i} parts no char's tokens. */
    boolean cuttable(int i) {
        return i == 0 || i == count() || starts[i] > starts[i - 1];
    }

    /** Bytes that the tokens from {@code from} to {@code to} own. */
    int bytes(int from, int to) {
        return bytes[to] - bytes[from];
    }

    /** Past the last char that the tokens from {@code from} to {@code to} own; at least one char where there is one. */
    int end(int from, int to) {
        if (count() == 0) {
            return text.length(); // only what the tokenizer drops
        }
        int token = to;
        while (starts[token] == starts[from] && token < count()) {
            token++;
        }
        return starts[token];
    }
}

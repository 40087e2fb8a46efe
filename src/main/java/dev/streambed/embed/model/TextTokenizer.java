package dev.streambed.embed.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * The model's own tokenizer, in full length: a {@code tokenizer.json} may bake in truncation and padding (MiniLM's: 128 and 128),
 * which are switched off here. Any thread may call it; it never touches the network.
 */
public final class TextTokenizer implements AutoCloseable {
    static {
        // DJL otherwise may fetch a CUDA build of the tokenizer, and reports its use to a server.
        if (System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    private static final String UNLIMITED = String.valueOf(Integer.MAX_VALUE);
    private static final Map<String, String> OPTIONS = Map.of(
            "truncation",
            "do_not_truncate",
            "padding",
            "do_not_pad",
            "maxLength",
            UNLIMITED,
            "modelMaxLength",
            UNLIMITED);

    private final HuggingFaceTokenizer tokenizer;
    private final int[] head;
    private final int[] tail;

    /**
     * Loads a tokenizer.
     *
     * @throws ModelException where the bytes are no {@code tokenizer.json}
     */
    public TextTokenizer(byte[] tokenizerJson) {
        try {
            this.tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(tokenizerJson), OPTIONS);
        } catch (IOException | RuntimeException e) {
            throw new ModelException("tokenizer.json cannot be loaded: " + e.getMessage(), e);
        }
        int[] bare = ints(tokenizer.encode("a", false, false).getIds());
        int[] whole = ints(tokenizer.encode("a", true, false).getIds());
        int at = indexOf(whole, bare);
        this.head = Arrays.copyOf(whole, at);
        this.tail = Arrays.copyOfRange(whole, at + bare.length, whole.length);
    }

    /** A text's tokens, without special ones. A lone surrogate counts as U+FFFD. */
    public Tokens tokenize(String text) {
        Encoding encoding = tokenizer.encode(CodePoints.wellFormed(text), false, false);
        int[] chars = CodePoints.charOffsets(text);
        int[] ids = ints(encoding.getIds());
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        CharSpan[] spans = encoding.getCharTokenSpans();
        int start = 0;
        for (int i = 0; i < ids.length; i++) {
            CharSpan span = spans[i];
            if (span != null) {
                start = Math.max(start, chars.length == 0 ? span.getStart() : chars[span.getStart()]);
                ends[i] = chars.length == 0 ? span.getEnd() : chars[span.getEnd()];
            }
            starts[i] = start;
            ends[i] = Math.max(start, ends[i]);
        }
        return new Tokens(ids, starts, ends);
    }

    /** Number of special tokens around each sequence. */
    public int specialTokens() {
        return head.length + tail.length;
    }

    /** {@code [CLS] prefix window [SEP]}, or what this model has in their place. */
    public int[] sequence(int[] prefix, int[] ids, int from, int to) {
        int[] sequence = new int[specialTokens() + prefix.length + to - from];
        System.arraycopy(head, 0, sequence, 0, head.length);
        System.arraycopy(prefix, 0, sequence, head.length, prefix.length);
        System.arraycopy(ids, from, sequence, head.length + prefix.length, to - from);
        System.arraycopy(tail, 0, sequence, sequence.length - tail.length, tail.length);
        return sequence;
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static int indexOf(int[] whole, int[] part) {
        for (int at = 0; at + part.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new ModelException("the tokenizer's special tokens stand elsewhere than around the text");
    }

    private static int[] ints(long[] ids) {
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }
}

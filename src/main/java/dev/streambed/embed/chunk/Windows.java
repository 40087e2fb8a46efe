package dev.streambed.embed.chunk;

import dev.streambed.completion.ReasonCode;
import java.util.ArrayList;
import java.util.List;

/** Slides over the tokens of one text; used once, by one thread. The rules are {@link Chunker}'s. */
final class Windows {
    /** Makes the model's input of the tokens from {@code from} to {@code to}. */
    interface Sequencer {
        int[] sequence(int from, int to);
    }

    private final OwnedText owned;
    private final int capacity;
    private final ChunkOptions options;
    private final List<Chunk> chunks = new ArrayList<>();

    Windows(OwnedText owned, int capacity, ChunkOptions options) {
        this.owned = owned;
        this.capacity = capacity;
        this.options = options;
    }

    Chunks cut(Sequencer sequencer) {
        int from = 0;
        while (true) {
            int to = windowEnd(from);
            boolean whole = add(from, to, sequencer.sequence(from, to));
            boolean last = to == owned.count();
            if (options.mode() == ChunkMode.TRUNCATE) {
                return new Chunks(chunks, !(last && whole));
            }
            if (last) {
                return new Chunks(chunks, false);
            }
            from = nextStart(from, to);
        }
    }

    /** As many tokens as fit, in number and in bytes; at least one. */
    private int windowEnd(int from) {
        int to = Math.min(owned.count(), from + capacity);
        while (to > from + 1 && owned.bytes(from, to) > Chunker.MAX_BYTES) {
            to--;
        }
        int cut = to;
        while (cut > from + 1 && !owned.cuttable(cut)) {
            cut--;
        }
        return owned.cuttable(cut) ? cut : to; // one char with more tokens than a window: it is parted
    }

    /** The overlap is at most half of the window before, so that windows cut short for their bytes still advance. */
    private int nextStart(int from, int to) {
        int start = to - Math.min(options.overlap(), (to - from) / 2);
        while (start > from + 1 && !owned.cuttable(start)) {
            start--;
        }
        return owned.cuttable(start) ? start : to;
    }

    /** Adds the window's chunk, or several where its text is too long for one; false where text of it was left out. */
    private boolean add(int from, int to, int[] sequence) {
        String text = owned.text();
        int end = trimEnd(text, owned.starts()[from], owned.end(from, to));
        int start = trimStart(text, owned.starts()[from], end);
        boolean single = options.mode() == ChunkMode.TRUNCATE;
        if (start == end && !single) {
            return true; // tokens of white space alone: nothing to find there
        }
        do {
            int cut = Utf8.fit(text, start, end, Chunker.MAX_BYTES);
            int pieceEnd = trimEnd(text, start, cut);
            if (chunks.size() == options.maxChunks()) {
                throw Chunker.refused(
                        ReasonCode.TOO_MANY_CHUNKS,
                        "the text has more than " + options.maxChunks() + " chunks; split the document");
            }
            chunks.add(new Chunk(start, pieceEnd, sequence));
            start = trimStart(text, cut, end);
        } while (start < end && !single);
        return start >= end;
    }

    private static int trimStart(String text, int start, int end) {
        int at = start;
        while (at < end && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int trimEnd(String text, int start, int end) {
        int at = end;
        while (at > start && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}

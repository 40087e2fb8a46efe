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
        int limit = limit(0);
        boolean one = limit == owned.count();
        if (!one && options.mode() != ChunkMode.TRUNCATE) {
            slide(sequencer, new Boundaries(owned));
            return new Chunks(chunks, false);
        }
        boolean whole = add(0, limit, sequencer.sequence(0, limit));
        return new Chunks(chunks, !(one && whole));
    }

    private void slide(Sequencer sequencer, Boundaries boundaries) {
        int from = 0;
        int to = 0;
        do {
            from = to == 0 ? 0 : nextStart(from, to, boundaries);
            to = end(from, to, boundaries);
            boolean unused = add(from, to, sequencer.sequence(from, to));
        } while (to < owned.count());
    }

    /** The window's end: the limit, or a boundary near it that lies behind the window before. */
    private int end(int from, int before, Boundaries boundaries) {
        int limit = limit(from);
        int near = (limit - from) / Chunker.NEAR;
        if (limit == owned.count() || near == 0) {
            return limit;
        }
        int cut = boundaries.end(Math.max(limit - near, before + 1), limit);
        return cut == Boundaries.NONE ? limit : cut;
    }

    /** As many tokens as fit, in number and in bytes; at least one. */
    private int limit(int from) {
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

    /** Between one and two overlaps back, at most half of the window: so windows cut short still advance, and by tokens not seen yet. */
    private int nextStart(int from, int to, Boundaries boundaries) {
        int most = (to - from) / 2;
        int back = Math.min(options.overlap(), most);
        if (back == 0) {
            return to;
        }
        int least = to - Math.min(2 * options.overlap(), most);
        int start = boundaries.start(least, to - back);
        if (start == Boundaries.NONE) {
            start = cuttable(to - back, least, to);
        }
        while (start < to && limit(start) <= to) {
            start++; // its bytes leave no room for more than what is shared
        }
        return owned.cuttable(start) ? start : to;
    }

    /** The first cut that parts no char: from {@code at} down to {@code least}, else up to {@code most}. */
    private int cuttable(int at, int least, int most) {
        for (int cut = at; cut >= least; cut--) {
            if (owned.cuttable(cut)) {
                return cut;
            }
        }
        int cut = at;
        while (cut < most && !owned.cuttable(cut)) {
            cut++;
        }
        return cut;
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
            int fitting = Utf8.fit(text, start, end, Chunker.MAX_BYTES);
            int cut = fitting == end ? end : Boundaries.character(text, start, fitting);
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

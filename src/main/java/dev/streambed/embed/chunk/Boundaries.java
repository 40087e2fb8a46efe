package dev.streambed.embed.chunk;

import java.text.BreakIterator;
import java.util.BitSet;
import java.util.Locale;

/**
 * Where the sense of one text suffers least from a cut; used by one thread. A cut stands before a token, and never parts the tokens of
 * one char.
 *
 * <p>From best to worst: a paragraph ends (a blank line, U+2029, a form feed; an indented line alone says nothing, for wrapped and
 * quoted lines are indented too), a sentence ends, a line ends, a word ends. Sentences and words are those of the JDK's
 * {@link BreakIterator} in no particular language, which knows the full stops of CJK and the danda; {@link #OTHER_STOPS} has those it
 * does not know. Another JDK may place a cut elsewhere: the rows of a document are replaced together, so that mixes nothing.
 *
 * <p>Looks only at the text between the first and the last cut in question and some chars around, so that a long text takes time in
 * proportion to its length.
 */
final class Boundaries {
    /** There is no such cut. */
    static final int NONE = -1;

    /** Chars around a cut that are looked at, white space included. */
    private static final int CONTEXT = 64;

    /** Ends of sentences, where white space follows: Arabic and Urdu, Armenian, Burmese, Ethiopic, Khmer. */
    private static final String OTHER_STOPS = "\u061F\u06D4\u0589\u104B\u1362\u1367\u1368\u17D4";

    private enum Kind {
        PARAGRAPH,
        SENTENCE,
        LINE,
        WORD
    }

    private final OwnedText owned;
    private final BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    private final BreakIterator words = BreakIterator.getWordInstance(Locale.ROOT);

    Boundaries(OwnedText owned) {
        this.owned = owned;
    }

    /** The cut to end a window with: of those from {@code least} to {@code most} the last of the best kind, or {@link #NONE}. */
    int end(int least, int most) {
        for (Kind kind : Kind.values()) {
            int cut = last(kind, least, most);
            if (cut != NONE) {
                return cut;
            }
        }
        return NONE;
    }

    /** The cut to begin a window at: the last that begins a sentence or a paragraph, else a line, else a word, or {@link #NONE}. */
    int start(int least, int most) {
        int sentence = Math.max(last(Kind.PARAGRAPH, least, most), last(Kind.SENTENCE, least, most));
        if (sentence != NONE) {
            return sentence;
        }
        int line = last(Kind.LINE, least, most);
        return line != NONE ? line : last(Kind.WORD, least, most);
    }

    /** The last char boundary, as a reader counts chars, at or before {@code at} and behind {@code from}; {@code at} where there is none. */
    static int character(String text, int from, int at) {
        int begin = Math.max(from, at - CONTEXT);
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text.substring(begin, Math.min(text.length(), at + CONTEXT)));
        int offset = at - begin;
        if (characters.isBoundary(offset)) {
            return at;
        }
        int before = characters.preceding(offset);
        return before > 0 ? begin + before : at;
    }

    private int last(Kind kind, int least, int most) {
        int begin = Math.max(0, owned.starts()[least] - CONTEXT);
        BitSet found =
                switch (kind) {
                    case SENTENCE -> found(sentences, begin, most);
                    case WORD -> found(words, begin, most);
                    case PARAGRAPH, LINE -> new BitSet();
                };
        for (int cut = most; cut >= least; cut--) {
            if (owned.cuttable(cut) && is(kind, cut, found, begin)) {
                return cut;
            }
        }
        return NONE;
    }

    /** What the iterator finds from a char to somewhat behind a cut, counted from that char: so it sees what follows the cut. */
    private BitSet found(BreakIterator iterator, int begin, int most) {
        String text = owned.text();
        int end = Math.min(text.length(), owned.starts()[most] + 2 * CONTEXT);
        iterator.setText(text.substring(begin, end));
        BitSet found = new BitSet(end - begin);
        for (int at = iterator.next(); at != BreakIterator.DONE; at = iterator.next()) {
            found.set(at);
        }
        return found;
    }

    private boolean is(Kind kind, int cut, BitSet found, int begin) {
        int at = owned.starts()[cut];
        int gap = gapStart(at);
        int next = gapEnd(at);
        return switch (kind) {
            case PARAGRAPH -> lineBreaks(gap, next) > 1;
            case SENTENCE -> found.get(next - begin) || (gap < next && isOtherStop(gap - 1));
            case LINE -> lineBreaks(gap, next) > 0;
            case WORD -> gap < next || (found.get(at - begin) && beginsWord(at));
        };
    }

    /** Counts {@code \r\n} once, and what ends a paragraph by itself twice. */
    private int lineBreaks(int from, int to) {
        String text = owned.text();
        int count = 0;
        for (int i = from; i < to; i++) {
            switch (text.charAt(i)) {
                case '\n' -> count += i > from && text.charAt(i - 1) == '\r' ? 0 : 1;
                case '\r', '\u2028' -> count++;
                case '\f', '\u2029' -> count += 2;
                default -> {
                    // no line ends here
                }
            }
        }
        return count;
    }

    private boolean isOtherStop(int at) {
        return at >= 0 && OTHER_STOPS.indexOf(owned.text().charAt(at)) >= 0;
    }

    /** So that a full stop or a closing bracket stays with what it closes. */
    private boolean beginsWord(int at) {
        int codePoint = owned.text().codePointAt(at);
        int type = Character.getType(codePoint);
        return Character.isLetterOrDigit(codePoint)
                || type == Character.START_PUNCTUATION
                || type == Character.INITIAL_QUOTE_PUNCTUATION;
    }

    private int gapStart(int at) {
        int gap = at;
        int least = Math.max(0, at - CONTEXT);
        while (gap > least && Character.isWhitespace(owned.text().charAt(gap - 1))) {
            gap--;
        }
        return gap;
    }

    private int gapEnd(int at) {
        int gap = at;
        int most = Math.min(owned.text().length(), at + CONTEXT);
        while (gap < most && Character.isWhitespace(owned.text().charAt(gap))) {
            gap++;
        }
        return gap;
    }
}

package dev.streambed.embed.model;

/** Between Java's chars and the Unicode code points that the tokenizer counts in. */
final class CodePoints {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int[] SAME = {};

    private CodePoints() {}

    /**
     * The text, each lone surrogate replaced by U+FFFD: as long as before in chars. The tokenizer would make three of each, and every
     * offset behind would be wrong.
     */
    static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (mended == null) {
                mended = new StringBuilder(text);
            }
            mended.setCharAt(i, REPLACEMENT);
        }
        return mended == null ? text : mended.toString();
    }

    /** Char offset of each code point and of the end; empty where both count alike. O(n), once a text. */
    static int[] charOffsets(String text) {
        int count = text.codePointCount(0, text.length());
        if (count == text.length()) {
            return SAME;
        }
        int[] offsets = new int[count + 1];
        int at = 0;
        for (int i = 0; i < count; i++) {
            offsets[i] = at;
            at += Character.charCount(text.codePointAt(at));
        }
        offsets[count] = at;
        return offsets;
    }
}

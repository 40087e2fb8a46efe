package dev.streambed.embed.chunk;

/** Lengths in UTF-8 without encoding. A lone surrogate counts 3, the length of the U+FFFD that stands for it. */
final class Utf8 {
    private Utf8() {}

    /** Bytes of the chars from {@code from} to {@code to}. */
    static int bytes(String text, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; ) {
            int codePoint = text.codePointAt(i);
            sum += bytes(codePoint);
            i += Character.charCount(codePoint);
        }
        return sum;
    }

    /** The largest end, at most {@code to}, that keeps the chars from {@code from} within {@code max} bytes and parts no pair. */
    static int fit(String text, int from, int to, int max) {
        int sum = 0;
        int i = from;
        while (i < to) {
            int codePoint = text.codePointAt(i);
            sum += bytes(codePoint);
            if (sum > max) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return to;
    }

    private static int bytes(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}

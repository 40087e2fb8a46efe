package dev.streambed.document;

/** Whole numbers in headers. */
final class Numbers {
    private static final int MAX_DIGITS = 64;

    private Numbers() {}

    /**
     * A number of ASCII digits only, leading zeros allowed (CloudEvents' sequence may be padded).
     *
     * @return 0..2^63-1, or -1 where the text is none
     */
    static long parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}

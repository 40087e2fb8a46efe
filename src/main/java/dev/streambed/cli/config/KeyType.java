package dev.streambed.cli.config;

/** The kinds of values, as the table of keys names them. */
public enum KeyType {
    TEXT("text"),
    /** Text that is taken as it stands, spaces at its ends too. */
    VERBATIM("text, spaces included"),
    PATH("path"),
    NUMBER("whole number"),
    FRACTION("number, such as 0.1"),
    /** A number and {@code ns}, {@code us}, {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
    DURATION("duration, such as 30s"),
    /** A number of bytes, or with {@code B}, {@code kB}, {@code MB}, {@code GB}; powers of 1,024: 1MB is 1,048,576 bytes. */
    SIZE("size, such as 1MB"),
    CHOICE("one of");

    private final String words;

    KeyType(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}

package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What the tests' stage answers, key = document id (null for what is lost).
 *
 * @param ref the event it answers
 */
record TestResult(Kind kind, EventRef ref, long version, String content) {
    /** The outcomes. */
    enum Kind {
        RESULT,
        UNCHANGED,
        SUPERSEDED,
        FAILED,
        LOST
    }

    byte[] encode() {
        return String.join(
                        "|",
                        kind.name(),
                        ref.topic(),
                        Integer.toString(ref.partition()),
                        Long.toString(ref.offset()),
                        Long.toString(version),
                        content)
                .getBytes(UTF_8);
    }

    static TestResult decode(byte[] value) {
        String[] parts = new String(value, UTF_8).split("\\|", 6);
        return new TestResult(
                Kind.valueOf(parts[0]),
                new EventRef(parts[1], Integer.parseInt(parts[2]), Long.parseLong(parts[3])),
                Long.parseLong(parts[4]),
                parts[5]);
    }
}

package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What the tests' stage remembers of a document.
 *
 * @param ref the newest event that was answered
 * @param content what its result said; empty where it proves nothing
 */
record TestHead(EventRef ref, long version, long timestamp, String content) {
    static final HeadCodec<TestHead> CODEC = new HeadCodec<>() {
        @Override
        public byte[] encode(TestHead head) {
            EventRef ref = head.ref();
            return String.join(
                            "|",
                            ref.topic(),
                            Integer.toString(ref.partition()),
                            Long.toString(ref.offset()),
                            Long.toString(head.version()),
                            Long.toString(head.timestamp()),
                            head.content())
                    .getBytes(UTF_8);
        }

        @Override
        public TestHead decode(byte[] bytes) {
            String[] parts = new String(bytes, UTF_8).split("\\|", 6);
            return new TestHead(
                    new EventRef(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2])),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    parts[5]);
        }
    };

    TestHead provingNothing() {
        return new TestHead(ref, version, timestamp, "");
    }
}

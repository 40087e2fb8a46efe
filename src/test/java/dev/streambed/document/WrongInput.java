package dev.streambed.document;

import static dev.streambed.document.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.ReasonCode;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/** One kind of wrong input, and how it must be answered. */
record WrongInput(
        String name,
        ConsumerRecord<byte[], byte[]> input,
        ReasonCode code,
        @Nullable String documentId,
        String message) {
    private static final DocumentDecoder DECODER = new DocumentDecoder(DocumentLimits.DEFAULTS.withReplyPartitions(6));

    /** Wrong input with the key {@code a}. */
    static WrongInput wrong(String name, String value, ReasonCode code, String message) {
        return new WrongInput(name, record("a", value), code, "a", message);
    }

    static Decoded.Rejected rejected(ConsumerRecord<byte[], byte[]> record) {
        Decoded decoded = DECODER.decode(record);
        assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
        return (Decoded.Rejected) decoded;
    }

    DynamicTest test() {
        return DynamicTest.dynamicTest(name, () -> {
            Decoded.Rejected rejected = rejected(input);

            assertThat(rejected.reason().code()).isEqualTo(code);
            assertThat(rejected.documentId()).isEqualTo(documentId);
            assertThat(rejected.reason().message())
                    .contains(message)
                    .doesNotContain("secret")
                    .hasSizeLessThan(500);
            assertThat(rejected.context().eventId()).isEqualTo("documents-2-41");
        });
    }
}

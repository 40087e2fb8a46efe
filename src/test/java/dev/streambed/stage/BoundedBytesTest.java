package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class BoundedBytesTest {
    private static final int LARGEST = 100;

    private final BoundedBytes bytes = new BoundedBytes(LARGEST);
    private final Headers headers = new RecordHeaders();

    @Test
    void takesWhatTheTopicTakes() {
        assertThat(read(new byte[LARGEST])).hasSize(LARGEST);
        assertThat(bytes.deserialize("t", headers, (ByteBuffer) null)).isNull();
        assertThat(Omitted.bytesOf(headers)).isEmpty();
    }

    @Test
    void takesOnlyItsOwnPartOfTheRecord() {
        byte[] record = new byte[LARGEST * 3];
        Arrays.fill(record, 10, 20, (byte) 7);

        byte[] value =
                bytes.deserialize("t", headers, ByteBuffer.wrap(record, 10, 10).slice());

        assertThat(value).hasSize(10).containsOnly(7);
        assertThat(Omitted.bytesOf(headers)).isEmpty();
    }

    @Test
    void leavesOutWhatIsLargerAndSaysHowLargeItWas() {
        headers.add("ce_id", "kept".getBytes(StandardCharsets.UTF_8));

        assertThat(read(new byte[LARGEST + 1])).isEmpty();

        assertThat(Omitted.bytesOf(headers)).hasValue(LARGEST + 1);
        assertThat(headers.lastHeader("ce_id")).isNotNull();
    }

    @Test
    void leavesOutHeadersThatAreLarger() {
        headers.add("large", new byte[LARGEST]).add("large", new byte[LARGEST]);

        assertThat(bytes.deserialize(
                        "t",
                        headers,
                        ByteBuffer.wrap(new byte[3 * LARGEST], 0, 5).slice()))
                .hasSize(5);

        assertThat(headers.lastHeader("large")).isNull();
        assertThat(Omitted.bytesOf(headers)).hasValue(2 * (LARGEST + 5));
    }

    @Test
    void takesNoForeignHeaderForItsMark() {
        headers.add("sb_unfolded", new byte[] {1});

        assertThat(Omitted.bytesOf(headers)).isEmpty();
    }

    private byte[] read(byte[] value) {
        byte[] read = bytes.deserialize("t", headers, ByteBuffer.wrap(value));
        assertThat(read).isNotNull();
        return read == null ? new byte[0] : read;
    }
}

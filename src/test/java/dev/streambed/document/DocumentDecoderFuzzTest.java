package dev.streambed.document;

import static dev.streambed.document.Records.record;
import static dev.streambed.document.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Random damage to correct records: every one is accepted within the contract, or rejected with a reason. */
class DocumentDecoderFuzzTest {
    private static final int ROUNDS = 200_000;

    private static final List<String> VALUES = List.of(
            "{\"id\":\"doc-1\",\"type\":\"upsert\",\"version\":7,\"text\":\"Some text\",\"title\":\"T\",\"metadata\":{\"a\":[1,2.5e3,null,{\"b\":true}]}}",
            "{\"id\":\"doc-1\",\"type\":\"delete\",\"version\":9223372036854775807}",
            "{\"id\":\"doc-1\",\"text\":\"\\ud83d\\ude00 é \uD83D\uDE00\",\"extra\":-0.0,\"deep\":[[[[[[]]]]]]}",
            "{\"text\":\"by subject\",\"big\":123456789012345678901234567890}");

    private static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "1e999",
            "\\ud800",
            "\\u0000",
            "-",
            "\"id\":\"x\",",
            "\"specversion\":1,");

    @Test
    void neverThrowsAndNeverAcceptsWhatTheContractForbids() {
        long seed = Long.getLong("streambed.seed", System.nanoTime());
        System.out.println("DocumentDecoderFuzzTest -Dstreambed.seed=" + seed);
        Random random = new Random(seed);
        DocumentDecoder decoder = new DocumentDecoder(new DocumentLimits(512, 64, 16, 8, 20, 4));
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] key = random.nextInt(4) == 0 ? damaged(random, utf8("doc-1")) : utf8("doc-1");
            byte[] value = damaged(random, utf8(VALUES.get(random.nextInt(VALUES.size()))));
            Decoded decoded = decoder.decode(record(
                    random.nextInt(50) == 0 ? null : key, random.nextInt(50) == 0 ? null : value, headers(random)));
            if (decoded instanceof Decoded.Accepted ok) {
                accepted++;
                checkAccepted(ok.event());
            } else if (decoded instanceof Decoded.Rejected no) {
                assertThat(no.reason().message()).isNotBlank().doesNotContain("defect");
                assertThat(no.context().eventId()).isNotEmpty();
            }
        }
        // Both ways must be taken, or the test says nothing.
        assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    private static void checkAccepted(DocumentEvent event) {
        DocumentChange change = event.change();
        assertThat(utf8(change.id()).length).isBetween(1, 512);
        assertThat(change.id().chars().noneMatch(Character::isISOControl)).isTrue();
        for (String text : new String[] {change.id(), change.text(), String.valueOf(change.title())}) {
            assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(text);
        }
        assertThat(change.version() == null || change.version() >= 0).isTrue();
        assertThat(change.type() == ChangeType.DELETE).isEqualTo(change.text().isEmpty());
        // What was accepted can be written again, and is the same.
        assertThat(DocumentChangeJson.encode(change)).isNotEmpty();
        assertThat(ContentFingerprint.of(change, "p")).hasSize(32);
    }

    private static RecordHeaders headers(Random random) {
        RecordHeaders headers = new RecordHeaders();
        String[][] all = {
            {"ce_specversion", "1.0"},
            {"ce_type", "dev.streambed.document.changed"},
            {"ce_id", "event"},
            {"ce_subject", "doc-1"},
            {"ce_sequence", "12"},
            {"ce_expirytime", "2026-01-31T12:00:00Z"},
            {"ce_correlationid", "c"},
            {"ce_replypartition", "1"},
            {"traceparent", "00-1-2-01"},
            {"content-type", "application/json"}
        };
        for (String[] header : all) {
            int choice = random.nextInt(30);
            if (choice < 10) {
                byte[] text = utf8(header[1]);
                headers.add(header[0], choice == 0 ? damaged(random, text) : choice == 1 ? null : text);
            }
        }
        return headers;
    }

    private static byte[] damaged(Random random, byte[] original) {
        byte[] bytes = original.clone();
        for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 -> bytes = spliced(bytes, at, utf8(TOKENS.get(random.nextInt(TOKENS.size()))));
                case 3 -> bytes = spliced(bytes, at, Arrays.copyOfRange(bytes, at, bytes.length));
                default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] more) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(bytes, at, result, at + more.length, bytes.length - at);
        System.arraycopy(more, 0, result, at, more.length);
        return result;
    }
}

package dev.streambed.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.streambed.document.EventContext;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class LogCodecTest {
    private static final Provenance PROVENANCE = new Provenance(
            new EventContext("e/1", "c", 3, "00-1-2-01"),
            "documents.bulk",
            5,
            123_456_789_012L,
            1_700_000_000_000L,
            1,
            2,
            3,
            true,
            "finger");

    private static final Provenance BARE = new Provenance(
            new EventContext("documents-0-1", null, null, null), "documents", 0, 1, 2, 0, 0, 0, false, "f");

    @Test
    void readsBackAnyDocument() {
        long seed = Long.getLong("streambed.seed", System.nanoTime());
        System.out.println("LogCodecTest -Dstreambed.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            LogEntry.Upsert upsert = new LogEntry.Upsert(
                    randomText(random, 60) + "x",
                    random.nextLong() & Long.MAX_VALUE,
                    random.nextBoolean() ? randomText(random, 100) : null,
                    randomText(random, random.nextInt(20) == 0 ? 20_000 : 500),
                    randomMap(random, 3),
                    randomChunks(random),
                    random.nextInt(5_000),
                    random.nextBoolean() ? PROVENANCE : BARE);

            LogEntry.Upsert read = (LogEntry.Upsert) roundTrip(upsert);

            assertThat(withoutChunks(read)).isEqualTo(withoutChunks(upsert));
            assertThat(read.chunks()).hasSameSizeAs(upsert.chunks());
            for (int n = 0; n < read.chunks().size(); n++) {
                assertThat(read.chunks().get(n).start())
                        .isEqualTo(upsert.chunks().get(n).start());
                assertThat(read.chunks().get(n).end())
                        .isEqualTo(upsert.chunks().get(n).end());
                assertThat(Arrays.equals(
                                read.chunks().get(n).vector(),
                                upsert.chunks().get(n).vector()))
                        .isTrue();
            }
        }
    }

    @Test
    void readsBackTombstonesAndMarks() {
        for (LogEntry entry : List.of(
                new LogEntry.Tombstone("döc", 7, 12, PROVENANCE),
                new LogEntry.Tombstone("d", Long.MAX_VALUE, 0, BARE),
                new LogEntry.Unchanged("döc", 9, 7, 3, PROVENANCE),
                new LogEntry.Unchanged("same", 0, 0, 1, BARE))) {
            assertThat(LogCodec.value(entry)).isNull();
            assertThat(roundTrip(entry)).isEqualTo(entry);
        }
    }

    @Test
    void keysAMarkByItsDocumentAndANul() {
        byte[] mark = LogCodec.key(new LogEntry.Unchanged("a", 1, 1, 1, BARE));
        byte[] document = LogCodec.key(new LogEntry.Tombstone("a", 1, 1, BARE));

        assertThat(mark).asString(StandardCharsets.UTF_8).isEqualTo("a\0same");
        assertThat(document).asString(StandardCharsets.UTF_8).isEqualTo("a");
        assertThat(LogCodec.isMark(mark)).isTrue();
        assertThat(LogCodec.isMark(document)).isFalse();
        assertThat(LogCodec.isMark("\0same".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(LogCodec.documentIdBytes(mark)).isEqualTo(document);
        for (int partitions = 1; partitions < 50; partitions++) {
            assertThat(LogCodec.partition(mark, partitions)).isEqualTo(LogCodec.partition(document, partitions));
        }
    }

    @Test
    void writesAVectorAsLittleEndianFloatsForReadersInOtherLanguages() throws Exception {
        LogEntry.Upsert upsert = new LogEntry.Upsert(
                "a", 1, "t", "text", Map.of("k", 1L), List.of(new EmbeddedChunk(0, 4, new float[] {1f, -2f})), 1, BARE);

        JsonNode cbor = new CBORMapper().readTree(LogCodec.value(upsert));

        assertThat(cbor.get("format").asInt()).isEqualTo(1);
        assertThat(cbor.get("text").asText()).isEqualTo("text");
        assertThat(cbor.at("/chunks/0/2").binaryValue())
                .isEqualTo(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0});
    }

    @Test
    void refusesAFormatItDoesNotKnow() throws Exception {
        LogEntry.Tombstone tombstone = new LogEntry.Tombstone("a", 1, 1, BARE);
        Headers newer = LogCodec.headers(tombstone);
        newer.remove("sb_format");
        newer.add("sb_format", "2".getBytes(StandardCharsets.UTF_8));
        byte[] newerValue = new CBORMapper().writeValueAsBytes(Map.of("format", 2));

        assertThatThrownBy(() -> LogCodec.decode(LogCodec.key(tombstone), null, newer))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining("format version 2");
        assertThatThrownBy(() -> LogCodec.decode(LogCodec.key(tombstone), newerValue, LogCodec.headers(tombstone)))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining("format version 2");
    }

    @Test
    void refusesWhatIsNotOfTheLog() {
        byte[] key = {'a'};
        Headers headers = LogCodec.headers(new LogEntry.Tombstone("a", 1, 1, BARE));

        assertThatThrownBy(() -> LogCodec.decode(null, null, headers)).isInstanceOf(LogFormatException.class);
        assertThatThrownBy(() -> LogCodec.decode(new byte[0], null, headers)).isInstanceOf(LogFormatException.class);
        assertThatThrownBy(() -> LogCodec.decode(new byte[] {'a', 0, 'x'}, null, headers))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining("NUL");
        assertThatThrownBy(() -> LogCodec.decode(key, null, new RecordHeaders()))
                .isInstanceOf(LogFormatException.class)
                .hasMessageContaining("sb_format");
        assertThatThrownBy(() -> LogCodec.decode(key, new byte[] {'{', '}'}, headers))
                .isInstanceOf(LogFormatException.class);
    }

    @Test
    void refusesEveryDamagedValueWithTheOneException() {
        long seed = Long.getLong("streambed.seed", System.nanoTime());
        System.out.println("LogCodecTest -Dstreambed.seed=" + seed);
        Random random = new Random(seed);
        LogEntry.Upsert upsert = new LogEntry.Upsert(
                "a",
                1,
                "title",
                "text",
                randomMap(random, 3),
                List.of(new EmbeddedChunk(0, 4, new float[] {1f})),
                1,
                BARE);
        byte[] value = UpsertCbor.write(upsert);
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = random.nextBoolean() ? Arrays.copyOf(value, random.nextInt(value.length)) : value.clone();
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                LogCodec.decode(LogCodec.key(upsert), damaged, LogCodec.headers(upsert));
            } catch (LogFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(20_000);
    }

    @Test
    void neverEstimatesLessThanKafkaWrites() {
        LogEntry.Upsert upsert = new LogEntry.Upsert(
                "a",
                1,
                null,
                "x".repeat(10_000),
                Map.of(),
                List.of(new EmbeddedChunk(0, 4, new float[384])),
                1,
                PROVENANCE);
        byte[] key = LogCodec.key(upsert);
        byte[] value = LogCodec.value(upsert);
        Headers headers = LogCodec.headers(upsert);

        int estimate = LogCodec.estimateBytes(key, value, headers);

        int written = DefaultRecordBatch.sizeInBytes(List.of(new SimpleRecord(0, key, value, headers.toArray())));
        assertThat(estimate).isBetween(written, written + 300);
    }

    private static LogEntry roundTrip(LogEntry entry) {
        return LogCodec.decode(LogCodec.key(entry), LogCodec.value(entry), LogCodec.headers(entry));
    }

    private static LogEntry.Upsert withoutChunks(LogEntry.Upsert upsert) {
        return new LogEntry.Upsert(
                upsert.documentId(),
                upsert.version(),
                upsert.title(),
                upsert.text(),
                upsert.metadata(),
                List.of(),
                upsert.largestChunkCount(),
                upsert.provenance());
    }

    private static List<EmbeddedChunk> randomChunks(Random random) {
        List<EmbeddedChunk> chunks = new ArrayList<>();
        for (int n = random.nextInt(5); n > 0; n--) {
            float[] vector = new float[384];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            chunks.add(new EmbeddedChunk(random.nextInt(1 << 20), random.nextInt(1 << 20), vector));
        }
        return chunks;
    }

    private static Map<String, Object> randomMap(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int n = random.nextInt(6); n > 0; n--) {
            map.put(randomText(random, 20), randomValue(random, depth));
        }
        return map;
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(300);
            case 2 -> random.nextGaussian() * 1e10;
            case 3 -> random.nextBoolean();
            case 4 -> BigInteger.ONE.shiftLeft(64 + random.nextInt(64)).negate();
            case 5 -> randomText(random, 50);
            case 6 -> Arrays.asList(randomValue(random, depth - 1), null, randomValue(random, depth - 1));
            default -> randomMap(random, depth - 1);
        };
    }

    /** Any Unicode but surrogates and, as ids have none, NULs; every length of UTF-8 often. */
    private static String randomText(Random random, int maxLength) {
        int[] ranges = {0x80, 0x800, 0x10000, 0x110000};
        return random.ints(random.nextInt(maxLength), 0, 4)
                .map(range -> 1 + random.nextInt(ranges[range] - 1))
                .filter(c -> c < 0xd800 || c > 0xdfff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

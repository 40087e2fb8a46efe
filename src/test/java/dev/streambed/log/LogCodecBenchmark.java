package dev.streambed.log;

import dev.streambed.document.EventContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A document's record of the log, as EMBED writes it and INDEX reads it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogCodecBenchmark {
    private static final int SEED = 7;
    private static final int DIMENSION = 384;
    private static final int CHUNK_CHARS = 1_000;

    /** Of the document. */
    @Param({"1", "10", "1000"})
    public int chunks = 1;

    private LogEntry entry = document(chunks);
    private byte[] key = {};
    private byte[] value = {};
    private Headers headers = new RecordHeaders();

    @Setup
    public void encodeOnce() {
        entry = document(chunks);
        key = LogCodec.key(entry);
        value = bytes();
        headers = LogCodec.headers(entry);
    }

    @Benchmark
    public int encode() {
        return bytes().length;
    }

    @Benchmark
    public long decode() {
        return LogCodec.decode(key, value, headers).version();
    }

    private byte[] bytes() {
        byte[] bytes = LogCodec.value(entry);
        if (bytes == null) {
            throw new IllegalStateException("an upsert has a value");
        }
        return bytes;
    }

    private static LogEntry document(int chunks) {
        Random random = new Random(SEED);
        List<EmbeddedChunk> embedded = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = random.nextFloat() - 0.5f;
            }
            embedded.add(new EmbeddedChunk(i * CHUNK_CHARS, (i + 1) * CHUNK_CHARS, vector));
        }
        return new LogEntry.Upsert(
                "article-17",
                7,
                "A title",
                "boundary layer ".repeat(CHUNK_CHARS / 15 * chunks),
                Map.of("language", "en", "year", 1958L),
                embedded,
                chunks,
                new Provenance(
                        new EventContext("documents-3-1042", null, null, null),
                        "documents",
                        3,
                        1042,
                        1,
                        0,
                        0,
                        0,
                        false,
                        "fingerprint"));
    }
}

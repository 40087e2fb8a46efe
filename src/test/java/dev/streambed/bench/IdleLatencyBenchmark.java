package dev.streambed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Timings;
import dev.streambed.document.DocumentChange;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.index.Row;
import dev.streambed.index.VectorIndex;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import dev.streambed.quality.Cranfield;
import dev.streambed.spine.ServiceProcess;
import dev.streambed.spine.Spine;
import dev.streambed.testing.TestMilvus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One document published and awaited while nothing else happens, against what it cannot do without: embedding the same text, and
 * upserting one row. The three take turns in one run, so that the machine's moods meet all of them.
 *
 * <p>{@code mvn test -Pbenchmark -Dtest=IdleLatencyBenchmark [-Drounds=200]}
 */
@Tag("benchmark")
class IdleLatencyBenchmark {
    /**
     * Documents answered before any is measured. A produce and a fetch take 7 ms in a JVM that has done fifty of them and 1.5 ms in one
     * that has done two thousand: what counts is a service that has run for some minutes, not one that is being compiled.
     */
    private static final int WARM_UP = 1_500;

    private static final int WARM_UP_ALONE = 40;
    private static final double ALLOWED_MILLIS = 15;

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void printsTheParts() throws Exception {
        int rounds = Integer.getInteger("rounds", 200);
        List<String> texts = texts(WARM_UP_ALONE + rounds);
        Samples total = new Samples("publish to answer");
        Samples embed = new Samples("embed alone");
        Samples upsert = new Samples("upsert alone");
        List<Completion> answers = new ArrayList<>();
        Hops hops = new Hops();
        try (Spine spine = Spine.start(directory);
                ServiceProcess service = spine.service().awaitReady();
                EmbeddingEngine engine = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT, new SimpleMeterRegistry());
                VectorIndex index = scratch(engine);
                EmbeddingClient client = EmbeddingClient.connect(EmbeddingClientConfig.of(spine.bootstrapServers()))) {
            index.open();
            for (int i = 0; i < WARM_UP; i++) {
                client.submit(DocumentChange.upsert("warm-up-" + i, "warm-up " + i))
                        .join();
            }
            for (int round = 0; round < texts.size(); round++) {
                String text = texts.get(round);
                DocumentChange change = DocumentChange.upsert("latency-" + round, text);
                boolean counts = round >= WARM_UP_ALONE;
                long submitted = System.currentTimeMillis();
                long start = System.nanoTime();
                Completion completion = client.submit(change).join();
                total.add(counts, System.nanoTime() - start);
                long answered = System.currentTimeMillis();
                assertThat(completion.outcome()).isEqualTo(Outcome.INDEXED);
                start = System.nanoTime();
                float[] vector = engine.embed(text, Lane.INTERACTIVE)
                        .join()
                        .chunks()
                        .get(0)
                        .vector();
                embed.add(counts, System.nanoTime() - start);
                Row row = new Row("latency-" + round + "#0", "latency-" + round, 0, 1, null, text, Map.of(), vector);
                start = System.nanoTime();
                index.upsert(List.of(row));
                upsert.add(counts, System.nanoTime() - start);
                if (counts) {
                    answers.add(completion);
                    hops.add(change.id(), submitted, answered, completion.timings());
                }
            }
            hops.readAppendTimes(spine.bootstrapServers());
            assertThat(service.terminate()).isZero();
        }
        print(rounds, total, embed, upsert, answers);
        hops.print();
    }

    private static void print(int rounds, Samples total, Samples embed, Samples upsert, List<Completion> answers) {
        System.out.printf("IdleLatencyBenchmark: %d documents, one at a time, milliseconds%n", rounds);
        for (Samples samples : List.of(total, embed, upsert)) {
            System.out.printf(
                    "  %-18s p50 %7.2f   p90 %7.2f   p99 %7.2f%n",
                    samples.name, samples.at(0.5), samples.at(0.9), samples.at(0.99));
        }
        double rest = total.at(0.5) - embed.at(0.5) - upsert.at(0.5);
        System.out.printf("  %-18s p50 %7.2f   (at most %.0f)%n", "everything else", rest, ALLOWED_MILLIS);
        System.out.printf(
                "  the service's own medians: queue %d, tokenize %d, embed %d, index %d, total %d%n",
                median(answers, Timings::queueMillis),
                median(answers, Timings::tokenizeMillis),
                median(answers, Timings::embedMillis),
                median(answers, Timings::indexMillis),
                median(answers, Timings::totalMillis));
    }

    private static long median(List<Completion> answers, ToLongFunction<Timings> part) {
        long[] values = answers.stream()
                .mapToLong(answer -> part.applyAsLong(answer.timings()))
                .sorted()
                .toArray();
        return values[values.length / 2];
    }

    private static VectorIndex scratch(EmbeddingEngine engine) {
        return new MilvusIndex(new MilvusOptions(
                TestMilvus.require().uri(),
                null,
                "default",
                TestMilvus.randomCollection(),
                engine.dimension(),
                engine.fingerprint(),
                Duration.ofSeconds(5)));
    }

    /** The collection's abstracts that fit one window, each once. */
    private static List<String> texts(int count) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        List<String> texts = new ArrayList<>();
        for (String line : Cranfield.load().documents()) {
            String text = mapper.readTree(line).get("text").asText();
            if (!text.isBlank() && text.length() < 900 && texts.size() < count) {
                texts.add(text);
            }
        }
        assertThat(texts).hasSize(count);
        return texts;
    }

    private static final class Samples {
        final String name;
        private final List<Long> nanos = new ArrayList<>();

        Samples(String name) {
            this.name = name;
        }

        void add(boolean counts, long sample) {
            if (counts) {
                nanos.add(sample);
            }
        }

        double at(double quantile) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] / 1e6;
        }
    }
}

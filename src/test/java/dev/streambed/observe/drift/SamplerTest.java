package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private final AtomicLong nanos = new AtomicLong();

    private Sampler sampler(@Nullable String tenantField, int perSecond) {
        return new Sampler(tenantField, perSecond, chunks -> chunks - 1, nanos::get);
    }

    private static void offer(
            Sampler sampler, Map<String, @Nullable Object> metadata, int chunks, List<Integer> asked) {
        sampler.embedded(metadata, chunks, chunk -> {
            asked.add(chunk);
            return new Measured(new float[] {1}, chunk, 1);
        });
    }

    @Test
    void takesOneChunkOfADocumentWhicheverIsChosen() {
        Sampler sampler = sampler(null, 1_000);
        List<Integer> asked = new ArrayList<>();

        offer(sampler, Map.of(), 1, asked);
        offer(sampler, Map.of(), 4_000, asked);

        assertThat(asked).containsExactly(0, 3_999);
        assertThat(sampler.skipped()).isEqualTo(3_999);
    }

    @Test
    void takesNoMoreThanItsRateOverTime() {
        Sampler sampler = sampler(null, 100);
        List<Integer> asked = new ArrayList<>();
        int taken = 0;
        for (int second = 0; second < 20; second++) {
            for (int i = 0; i < 1_000; i++) {
                offer(sampler, Map.of(), 1, asked);
                nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
            }
            while (sampler.poll() != null) {
                taken++;
            }
        }

        // A second's worth may come at once.
        assertThat(taken).isBetween(2_000, 2_101).isEqualTo(asked.size());
        assertThat(sampler.skipped()).isEqualTo(20_000 - taken);
        assertThat(sampler.dropped()).isZero();
    }

    @Test
    void dropsWhatFindsTheQueueFull() {
        Sampler sampler = sampler(null, 1_000_000);
        for (int i = 0; i < Sampler.QUEUE + 10; i++) {
            offer(sampler, Map.of(), 1, new ArrayList<>());
        }

        assertThat(sampler.waiting()).isEqualTo(Sampler.QUEUE);
        assertThat(sampler.dropped()).isEqualTo(10);
    }

    @Test
    void namesTheTenantByTheField() {
        Sampler sampler = sampler("customer", 1_000);
        Map<String, @Nullable Object> isNull = new HashMap<>();
        isNull.put("customer", null);
        List<Map<String, @Nullable Object>> documents = List.of(
                Map.of("customer", "acme"),
                Map.of("customer", 17L),
                Map.of("customer", true),
                Map.of("customer", " "),
                Map.of("customer", List.of("a")),
                Map.of("other", "x"),
                isNull,
                Map.of("customer", "x".repeat(Sampler.LONGEST_TENANT + 1)));

        documents.forEach(metadata -> offer(sampler, metadata, 1, new ArrayList<>()));

        List<String> tenants = new ArrayList<>();
        for (Sample sample = sampler.poll(); sample != null; sample = sampler.poll()) {
            tenants.add(sample.tenant());
        }
        assertThat(tenants).containsExactly("acme", "17", "true", "none", "none", "none", "none", "other");
    }

    @Test
    void hasOneTenantWhereNoFieldIsNamed() {
        Sampler sampler = sampler(null, 1_000);

        offer(sampler, Map.of("customer", "acme"), 1, new ArrayList<>());

        assertThat(sampler.poll()).extracting(Sample::tenant).isEqualTo("all");
    }
}

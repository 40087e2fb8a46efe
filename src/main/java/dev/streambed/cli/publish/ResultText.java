package dev.streambed.cli.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streambed.completion.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A result for programs and for people. */
public final class ResultText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ResultText() {}

    /** One line of JSON, as CONTRACT.md has it; latencies are null where no outcome was awaited. */
    public static String json(PublishResult result) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("published", result.published());
        ObjectNode outcomes = root.putObject("outcomes");
        for (Outcome outcome : Outcome.values()) {
            Long count = result.outcomes().get(outcome);
            if (count != null) {
                outcomes.put(outcome.name(), count);
            }
        }
        root.put("seconds", rounded(result.seconds()));
        root.put("documentsPerSecond", rounded(result.documentsPerSecond()));
        ObjectNode latency = root.putObject("latencyMillis");
        PublishResult.Latency values = result.latency();
        latency.put("p50", values == null ? null : rounded(values.p50()));
        latency.put("p90", values == null ? null : rounded(values.p90()));
        latency.put("p99", values == null ? null : rounded(values.p99()));
        return root.toString();
    }

    /** A few lines: how many, and a table of the outcomes with their latencies. */
    public static List<String> lines(PublishResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "published %,d in %.1f s, %.1f a second",
                result.published(),
                result.seconds(),
                result.documentsPerSecond()));
        if (!result.outcomes().isEmpty()) {
            lines.add(
                    String.format(Locale.ROOT, "  %-10s %9s %13s %11s %11s", "outcome", "count", "p50", "p90", "p99"));
        }
        for (Outcome outcome : Outcome.values()) {
            PublishResult.Latency latency = result.latencies().get(outcome);
            if (latency != null) {
                lines.add(String.format(
                        Locale.ROOT,
                        "  %-10s %,9d %,10.0f ms %,8.0f ms %,8.0f ms",
                        outcome,
                        result.outcomes().get(outcome),
                        latency.p50(),
                        latency.p90(),
                        latency.p99()));
            }
        }
        if (result.missing() > 0) {
            lines.add(String.format(Locale.ROOT, "  %-10s %,9d", "no outcome", result.missing()));
        }
        if (result.unsent() > 0) {
            lines.add(String.format(Locale.ROOT, "  %-10s %,9d", "not sent", result.unsent()));
        }
        return lines;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}

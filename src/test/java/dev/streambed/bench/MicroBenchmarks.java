package dev.streambed.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the JMH benchmarks, which stand beside what they measure ({@code *Benchmark}).
 *
 * <p>{@code mvn test -Pbenchmark -Dtest=MicroBenchmarks [-Djmh='JMH options and a pattern, -f 1 -wi 2 -i 3 LogCodec']}
 */
@Tag("benchmark")
class MicroBenchmarks {
    @Test
    void run() throws Exception {
        String given = System.getProperty("jmh", "").strip();
        String[] options = given.isEmpty() ? new String[0] : given.split("\\s+");
        Options all = new OptionsBuilder()
                .parent(new CommandLineOptions(options))
                .shouldFailOnError(true)
                .build();
        assertThat(new Runner(all).run()).isNotEmpty();
    }
}

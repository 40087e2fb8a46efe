package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured.
 *
 * @param corpus what is embedded
 * @param stub the configuration of the pipeline with the stub store; its topics are there, and are its own
 * @param milvus of the one with Milvus, or null for none
 * @param directory for the state of the stages
 * @param rounds of everything that is compared, 1 or more
 * @param loadSeconds how long each latency is measured, 1 or more
 * @param stageRecords records of a run of the stage alone
 * @param seed of the moments and the texts of the open loop
 */
public record BenchSetup(
        BenchCorpus corpus,
        StreambedConfig stub,
        @Nullable StreambedConfig milvus,
        Path directory,
        int rounds,
        int loadSeconds,
        int stageRecords,
        long seed) {}

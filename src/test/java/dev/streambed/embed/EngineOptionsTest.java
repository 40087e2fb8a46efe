package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.batch.BatchOptions;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Prefixes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EngineOptionsTest {
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    @Test
    void hasTwoSlotsOnAGpuAndOneACoreOnACpu() {
        assertThat(EngineOptions.DEFAULT.slotsOn(Device.CUDA)).isEqualTo(2);
        assertThat(EngineOptions.DEFAULT.slotsOn(Device.CPU)).isEqualTo(CORES);
    }

    @Test
    void leavesTheCoresToTheModelOnACpuAndToTheTokenizerOnAGpu() {
        assertThat(EngineOptions.DEFAULT.tokenizerThreadsOn(Device.CPU)).isEqualTo(1);
        assertThat(EngineOptions.DEFAULT.tokenizerThreadsOn(Device.CUDA)).isEqualTo(Math.max(1, CORES - 2));
        assertThat(EngineOptions.DEFAULT.withTokenizerThreads(7).tokenizerThreadsOn(Device.CPU))
                .isEqualTo(7);
    }

    @Test
    void boundsBatchesByTheirLatencyUnlessABudgetIsGiven() {
        assertThat(EngineOptions.DEFAULT.batchingOn(Device.CPU))
                .isEqualTo(BatchOptions.CPU.withLatencyBound(Duration.ofMillis(100)));
        assertThat(EngineOptions.DEFAULT.withTokenBudget(4096).batchingOn(Device.CUDA))
                .isEqualTo(BatchOptions.GPU.withTokenBudget(4096));
    }

    @Test
    void putsThePipelinesPrefixesInPlaceOfTheModels() {
        ModelFiles own = EngineOptions.DEFAULT.files().withPrefixes("q: ", "p: ");

        assertThat(Prefixes.OF_THE_MODEL.in(own))
                .extracting(ModelFiles::queryPrefix, ModelFiles::passagePrefix)
                .containsExactly("q: ", "p: ");
        assertThat(new Prefixes("Query: ", "").in(own))
                .extracting(ModelFiles::queryPrefix, ModelFiles::passagePrefix)
                .containsExactly("Query: ", "");
    }
}

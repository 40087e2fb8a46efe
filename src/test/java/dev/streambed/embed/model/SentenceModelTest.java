package dev.streambed.embed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.streambed.embed.Vectors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentenceModelTest {
    private static final int[] SHORT = {101, 7592, 102};
    private static final int[] LONG = {101, 7592, 1010, 2088, 999, 7592, 1010, 2088, 999, 102};

    @Test
    void givesEachSlotOfACpuASessionWhileTheWeightsTogetherAreSmall() {
        assertThat(SentenceModel.sessionsOnCpu(90L << 20, 2)).isEqualTo(2);
        assertThat(SentenceModel.sessionsOnCpu(90L << 20, 64)).isEqualTo(11);
        assertThat(SentenceModel.sessionsOnCpu(440L << 20, 64)).isEqualTo(2);
        assertThat(SentenceModel.sessionsOnCpu(2L << 30, 64)).isEqualTo(1);
    }

    /** More than there are sessions, so that some share one. */
    @Test
    void givesTheSameVectorsInEverySession() {
        int[] sequence = {101, 2054, 2003, 102};
        try (SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU)) {
            float[] first = model.newRunner().embed(List.of(sequence))[0];
            for (int runner = 1; runner < 2 * Runtime.getRuntime().availableProcessors() + 1; runner++) {
                assertThat(model.newRunner().embed(List.of(sequence))[0]).containsExactly(first);
            }
        }
    }

    @Test
    void padsAndMasksSoThatABatchChangesNothing() {
        try (SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU)) {
            BatchModel runner = model.newRunner();
            float[][] together = runner.embed(List.of(LONG, SHORT));
            float[] alone = runner.embed(List.of(SHORT))[0]; // reuses the larger buffers
            assertThat(model.dimension()).isEqualTo(384);
            assertThat(Vectors.cosine(together[1], alone)).isCloseTo(1, within(1e-6));
            assertThat(Vectors.length(together[0])).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void fallsBackToTheCpuWhereCudaDoesNotStart() {
        // on a machine with CUDA it runs there: either way it runs
        try (SentenceModel model =
                SentenceModel.open(BundledModel.files(), new Placement(Device.CUDA, Precision.AUTO, 0, 0))) {
            assertThat(model.device()).isNotEqualTo(Device.AUTO);
            assertThat(model.newRunner().embed(List.of(SHORT))).hasDimensions(1, 384);
        }
    }

    @Test
    void refusesFloat16WhereItCannotRun() {
        ModelFiles files = BundledModel.files();
        assertThatThrownBy(() -> SentenceModel.open(files, new Placement(Device.AUTO, Precision.FP16, 0, 0)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no onnx/model_fp16.onnx")
                .hasMessageContaining("tools/fuse_fp16.py");
        assertThatThrownBy(() -> SentenceModel.open(files, Placement.CPU.withPrecision(Precision.FP16)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("float16 needs CUDA");
    }

    /** A graph that stands for float16 is taken where its vectors are the float32 one's, and refused where it is another model. */
    @Test
    void refusesAFloat16GraphOfAnotherModel() throws Exception {
        ModelFiles files = BundledModel.files();
        ModelFiles other =
                new ModelFiles("other", files.onnx(), files.onnx(), files.tokenizerJson(), Pooling.CLS, 256, "", "");
        try (SentenceModel model = SentenceModel.open(files, Placement.CPU)) {
            BatchModel half = model.newRunner();
            SentenceModel.requireAlike(half, files);
            assertThatThrownBy(() -> SentenceModel.requireAlike(half, other))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("is not the same model as its float32 graph")
                    .hasMessageContaining("tools/fuse_fp16.py");
        }
    }

    @Test
    void normalisesWhatAModelHasPooledItself() throws IOException {
        // given the bundled model with a pooled output under sentence-transformers' name: the mean over its tokens, not
        // normalised
        byte[] bundled;
        try (InputStream in = BundledModel.files().onnx().open()) {
            bundled = in.readAllBytes();
        }
        byte[] mean = reduceMean();
        ByteBuffer joined =
                ByteBuffer.allocate(bundled.length + mean.length).put(bundled).put(mean);
        ModelFiles files = BundledModel.files();
        ModelFiles pooled =
                new ModelFiles("pooled", source(joined.array()), null, files.tokenizerJson(), Pooling.CLS, 256, "", "");
        try (SentenceModel plain = SentenceModel.open(files, Placement.CPU);
                SentenceModel model = SentenceModel.open(pooled, Placement.CPU)) {
            float[] vector = model.newRunner().embed(List.of(LONG))[0];
            assertThat(Vectors.cosine(vector, plain.newRunner().embed(List.of(LONG))[0]))
                    .isCloseTo(1, within(1e-6));
            assertThat(Vectors.length(vector)).isCloseTo(1, within(1e-6));
            // One text without padding, so both means are over the same tokens: and so are their lengths.
            assertThat(model.newRunner().embedWithNorms(List.of(LONG)).norms()[0])
                    .isCloseTo(plain.newRunner().embedWithNorms(List.of(LONG)).norms()[0], within(1e-4f));
            assertThat(model.sha256()).isNotEqualTo(plain.sha256());
        }
    }

    /** The length of the mean, not of the sum: so it does not grow with the text, or with the padding of its batch. */
    @Test
    void tellsTheLengthsBeforeNormalisationWhateverTheBatch() {
        try (SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU)) {
            Embeddings alone = model.newRunner().embedWithNorms(List.of(SHORT));
            Embeddings beside = model.newRunner().embedWithNorms(List.of(LONG, SHORT));

            assertThat(beside.norms()).hasSize(2);
            assertThat(beside.norms()[0]).isBetween(0.5f, 20f);
            assertThat(beside.norms()[1]).isCloseTo(alone.norms()[0], within(1e-4f));
            assertThat(beside.vectors()[1]).hasSameSizeAs(alone.vectors()[0]);
        }
    }

    @Test
    void readsTheOutputsOfAGraphFromItsBytes() throws IOException {
        try (InputStream in = BundledModel.files().onnx().open()) {
            ByteBuffer graph = ByteBuffer.wrap(in.readAllBytes());
            assertThat(GraphOutput.all(graph)).containsExactly(new GraphOutput("last_hidden_state", 3));
            ByteBuffer cut = graph.slice(0, 1_000_000);
            assertThatThrownBy(() -> GraphOutput.all(cut)).hasMessageContaining("cut off");
        }
    }

    @Test
    void tellsOutOfMemoryByItsText() {
        for (String text : List.of(
                "BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer",
                "BFCArena::AllocateRawInternal Available memory of 8 is smaller than requested bytes of 4096",
                "CUDA failure 2: out of memory",
                "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED")) {
            assertThat(OrtRunner.sorted(new OrtException(text), 8, 256)).isInstanceOf(DeviceMemoryException.class);
        }
        assertThat(OrtRunner.sorted(new OrtException("Invalid input name"), 8, 256))
                .isNotInstanceOf(DeviceMemoryException.class)
                .hasMessageContaining("8 x 256");
    }

    @Test
    void givesMemoryBackAfterARunThatFoundNone() {
        try (SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU)) {
            OrtRunner runner = (OrtRunner) model.newRunner();
            float[] before = runner.embed(List.of(SHORT))[0];
            runner.shrinkNext();
            assertThat(runner.embed(List.of(SHORT))[0]).isEqualTo(before);
            assertThat(runner.embed(List.of(SHORT))[0]).isEqualTo(before);
        }
    }

    @Test
    void failsOnATokenOutsideTheVocabulary() {
        try (SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU)) {
            BatchModel runner = model.newRunner();
            assertThatThrownBy(() -> runner.embed(List.of(new int[] {101, 1_000_000, 102})))
                    .isInstanceOf(ModelException.class);
            assertThat(runner.embed(List.of(SHORT))).hasDimensions(1, 384);
        }
    }

    /** A graph with one more node and output: sentence_embedding = ReduceMean(last_hidden_state, axis 1). */
    private static byte[] reduceMean() {
        ProtoWriter axes = new ProtoWriter().string(1, "axes").integer(8, 1).integer(20, 7);
        ProtoWriter keep = new ProtoWriter().string(1, "keepdims").integer(3, 0).integer(20, 2);
        ProtoWriter node = new ProtoWriter()
                .string(1, "last_hidden_state")
                .string(2, "sentence_embedding")
                .string(4, "ReduceMean")
                .message(5, axes)
                .message(5, keep);
        ProtoWriter type = new ProtoWriter().message(1, new ProtoWriter().integer(1, 1));
        ProtoWriter output = new ProtoWriter().string(1, "sentence_embedding").message(2, type);
        return new ProtoWriter()
                .message(7, new ProtoWriter().message(1, node).message(12, output))
                .toByteArray();
    }

    private static ModelFiles.Source source(byte[] bytes) {
        return new ModelFiles.Source() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}

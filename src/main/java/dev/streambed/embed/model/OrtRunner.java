package dev.streambed.embed.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** One slot's way into a session, with its own direct buffers, which grow to the largest batch it saw. */
final class OrtRunner implements BatchModel {
    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";

    /** The arena's two ways to say it, CUDA's own, and its libraries'. */
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("Failed to allocate memory|is smaller than requested bytes|out of memory|ALLOC_FAILED");

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final boolean typed;
    private final String arena;

    /** Whether the next run gives back what the arena has free: a large free piece is of no use to what is larger still. */
    private boolean shrink;

    private LongBuffer ids = LongBuffer.allocate(0);
    private LongBuffer mask = LongBuffer.allocate(0);
    private LongBuffer types = LongBuffer.allocate(0); // all zero: one text a sequence

    /**
     * A way into a session.
     *
     * @param arena the memory its batches live in, as ONNX Runtime names it: {@code cpu:0}, {@code gpu:1}
     */
    OrtRunner(OrtEnvironment environment, OrtSession session, String arena) {
        this.environment = environment;
        this.session = session;
        this.arena = arena;
        this.typed = session.getInputNames().contains(TYPES);
    }

    /** Both outputs, or the vectors alone, whose lengths are then not computed. */
    private static final Set<String> VECTORS = Set.of(PoolingGraph.OUTPUT);

    private static final Set<String> VECTORS_AND_NORMS = Set.of(PoolingGraph.OUTPUT, PoolingGraph.NORM);

    @Override
    public float[][] embed(List<int[]> sequences) {
        return embed(sequences, VECTORS).vectors();
    }

    @Override
    public Embeddings embedWithNorms(List<int[]> sequences) {
        return embed(sequences, VECTORS_AND_NORMS);
    }

    private Embeddings embed(List<int[]> sequences, Set<String> outputs) {
        int width = fill(sequences);
        long[] shape = {sequences.size(), width};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask, shape);
                OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types, shape)) {
            Map<String, OnnxTensor> inputs = new HashMap<>();
            inputs.put(IDS, idTensor);
            inputs.put(MASK, maskTensor);
            if (typed) {
                inputs.put(TYPES, typeTensor);
            }
            try (OrtSession.Result result = run(inputs, outputs)) {
                float[][] vectors = rows(result, PoolingGraph.OUTPUT, sequences.size());
                if (!outputs.contains(PoolingGraph.NORM)) {
                    return Embeddings.withoutNorms(vectors);
                }
                float[] norms = new float[vectors.length];
                float[][] rows = rows(result, PoolingGraph.NORM, sequences.size());
                for (int i = 0; i < norms.length; i++) {
                    norms[i] = rows[i][0];
                }
                return new Embeddings(vectors, norms);
            }
        } catch (OrtException e) {
            ModelException sorted = sorted(e, sequences.size(), width);
            shrink = sorted instanceof DeviceMemoryException;
            throw sorted;
        }
    }

    private OrtSession.Result run(Map<String, OnnxTensor> inputs, Set<String> outputs) throws OrtException {
        if (!shrink) {
            return session.run(inputs, outputs);
        }
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arena);
            OrtSession.Result result = session.run(inputs, outputs, options);
            shrink = false;
            return result;
        }
    }

    /** As if the last run had found no memory. */
    void shrinkNext() {
        shrink = true;
    }

    /** Fills the buffers, row by row, and returns the row's width. */
    private int fill(List<int[]> sequences) {
        int width = 0;
        for (int[] sequence : sequences) {
            width = Math.max(width, sequence.length);
        }
        int cells = Math.multiplyExact(sequences.size(), width);
        if (ids.capacity() < cells) {
            ids = direct(cells);
            mask = direct(cells);
            types = direct(cells);
        }
        ids.clear();
        mask.clear();
        for (int[] sequence : sequences) {
            for (int column = 0; column < width; column++) {
                boolean real = column < sequence.length;
                ids.put(real ? sequence[column] : 0);
                mask.put(real ? 1 : 0);
            }
        }
        ids.flip();
        mask.flip();
        types.clear().limit(cells);
        return width;
    }

    private static LongBuffer direct(int longs) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(longs, Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    private static float[][] rows(OrtSession.Result result, String output, int rows) {
        OnnxTensor tensor =
                (OnnxTensor) result.get(output).orElseThrow(() -> new ModelException("the model gave no " + output));
        FloatBuffer all = tensor.getFloatBuffer();
        if (all == null || all.remaining() % rows != 0) {
            throw new ModelException("the model gave " + tensor.getInfo() + " for " + rows + " sequences");
        }
        float[][] vectors = new float[rows][all.remaining() / rows];
        for (float[] vector : vectors) {
            all.get(vector);
        }
        return vectors;
    }

    /** Out of memory has no code of its own (it comes as ORT_FAIL): its text tells. */
    static ModelException sorted(OrtException e, int rows, int width) {
        String message = String.valueOf(e.getMessage());
        String what = "the model failed on a batch of " + rows + " x " + width + " tokens: " + message;
        return OUT_OF_MEMORY.matcher(message).find() ? new DeviceMemoryException(what, e) : new ModelException(what, e);
    }
}

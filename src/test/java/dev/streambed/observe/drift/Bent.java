package dev.streambed.observe.drift;

import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.Pooling;
import dev.streambed.embed.model.SentenceModel;
import java.util.Arrays;
import java.util.Random;

/** The same model, and its vectors, as another pooling, release, precision or driver would have them. */
final class Bent {
    private Bent() {}

    /** The same graph, pooled otherwise. */
    static EmbeddingModel withFirstToken(ModelFiles files) {
        ModelFiles first = new ModelFiles(
                files.name(),
                files.onnx(),
                null,
                files.tokenizerJson(),
                Pooling.CLS,
                files.maxTokens(),
                files.queryPrefix(),
                files.passagePrefix());
        return SentenceModel.open(first, Placement.CPU);
    }

    /** Noise of a tenth of the vector's length, cosine 0.995: as little as 8-bit weights make. */
    static float[] noisy(float[] vector) {
        Random noise = new Random(Arrays.hashCode(vector));
        float[] bent = vector.clone();
        for (int i = 0; i < bent.length; i++) {
            bent[i] += (float) (0.1 * noise.nextGaussian() / Math.sqrt(bent.length));
        }
        return unit(bent);
    }

    /** Rounded to the eleven bits of float16. */
    static float[] halfPrecision(float[] vector) {
        float[] bent = vector.clone();
        for (int i = 0; i < bent.length; i++) {
            bent[i] = Float.intBitsToFloat((Float.floatToIntBits(bent[i]) + 0x1000) & ~0x1FFF);
        }
        return unit(bent);
    }

    /** All lean a little to one side, cosine 0.995. */
    static float[] leaning(float[] vector) {
        float[] bent = vector.clone();
        bent[0] += 0.1f;
        return unit(bent);
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += component * component;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}

package dev.streambed.embed.model;

/**
 * A loaded model: what an engine needs of it. {@link SentenceModel} is the real one; benchmarks and fault injection bring others. Any
 * thread may call it; {@link #close} only after every runner has returned.
 */
public interface EmbeddingModel extends AutoCloseable {
    /** A way in for one more slot; to be used by one thread. */
    BatchModel newRunner();

    /** Components of each vector. */
    int dimension();

    /** Where it runs: {@link Device#CPU} or {@link Device#CUDA}. */
    Device device();

    /** What its weights are in: {@link Precision#FP32} or {@link Precision#FP16}. */
    Precision precision();

    /** Names the model's bytes, in hex: the same for the same vectors, whatever process it is in. */
    String sha256();

    @Override
    void close();
}

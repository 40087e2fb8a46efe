package dev.streambed.embed.model;

/** How many bits a model's weights have; the vectors that leave it are float32 in any case. */
public enum Precision {
    /** float16 on CUDA where the model's files have such a graph, else float32. */
    AUTO,
    /** The graph the model came with. */
    FP32,
    /** The float16 graph beside it, on CUDA; a CPU, where CUDA does not start, runs the float32 one in its place. */
    FP16
}

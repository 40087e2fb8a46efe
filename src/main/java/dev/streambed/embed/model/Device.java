package dev.streambed.embed.model;

/** Where the model is to run. */
public enum Device {
    /** CUDA where its libraries load, else the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** CUDA; where it does not start, the CPU, with a warning. */
    CUDA
}

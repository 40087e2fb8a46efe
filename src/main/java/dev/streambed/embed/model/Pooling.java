package dev.streambed.embed.model;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
    /** The mean over the tokens that are no padding. */
    MEAN,
    /** The first token's vector. */
    CLS
}

package dev.streambed.cli.bench;

/** A figure that cannot be had, or would be none. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchException(String message) {
        super(message);
    }
}

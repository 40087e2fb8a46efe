package dev.streambed.embed.batch;

/** What waited for the model was not wanted any more when its turn came; it did not run. */
public final class UnwantedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnwantedException() {
        super("it was not wanted any more when its turn came");
    }
}

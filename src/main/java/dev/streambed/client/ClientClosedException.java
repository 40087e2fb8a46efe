package dev.streambed.client;

/** The client was closed before the answer came; an event that was sent may still be done. */
public final class ClientClosedException extends EmbeddingClientException {
    private static final long serialVersionUID = 1L;

    ClientClosedException() {
        super("the client was closed; an event that was sent before may still be done", null);
    }
}

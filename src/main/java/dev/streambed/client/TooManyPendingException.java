package dev.streambed.client;

/** As many submissions as allowed are unanswered: nothing was sent; wait for some of them and submit again. */
public final class TooManyPendingException extends EmbeddingClientException {
    private static final long serialVersionUID = 1L;

    TooManyPendingException(int maxPending) {
        super(
                "nothing was sent: " + maxPending + " submissions are unanswered; wait for some, or raise maxPending",
                null);
    }
}

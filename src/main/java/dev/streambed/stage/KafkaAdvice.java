package dev.streambed.stage;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What to do about what the brokers refuse, in one place for log, readiness and command line. */
public final class KafkaAdvice {
    private KafkaAdvice() {}

    /**
     * To be put behind the message.
     *
     * @return begins with a space; empty where there is nothing to say
     */
    public static String on(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SslAuthenticationException) {
                return " (" + tls(cause) + "see kafka.ssl.*)";
            }
            if (cause instanceof AuthenticationException) {
                return " (Kafka does not know us: see kafka.sasl.*)";
            }
            if (cause instanceof AuthorizationException) {
                return " (Kafka does not allow it: topology/acls.yaml lists what is needed, `streambed topics --acls` grants it)";
            }
            if (cause instanceof UnknownTopicOrPartitionException) {
                return " (run `streambed topics`)";
            }
            if (cause.getCause() == cause) {
                break;
            }
        }
        return "";
    }

    /** Kafka's own message says only that the handshake failed. */
    private static String tls(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root == failure || root.getMessage() == null ? "" : root.getMessage() + ": ";
    }
}

package dev.streambed.cli;

import dev.streambed.cli.config.ConfigException;
import dev.streambed.stage.KafkaAdvice;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Says in a sentence what went wrong, without a stack trace. */
final class Errors {
    private Errors() {}

    /** The sentence. */
    static String forPeople(Throwable error) {
        Throwable cause = unwrapped(error);
        String message = cause.getMessage();
        if (cause instanceof CommandException || cause instanceof ConfigException) {
            return String.valueOf(message);
        }
        if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
            return message + KafkaAdvice.on(cause);
        }
        if (cause instanceof UnknownTopicOrPartitionException) {
            return "a topic is missing: " + message + " (run `./streambed topics`)";
        }
        if (cause instanceof RecordTooLargeException) {
            return "too large for the topic: " + message;
        }
        if (cause instanceof TimeoutException) {
            return "Kafka does not answer in time: " + message + " (is it at kafka.bootstrap.servers?)";
        }
        if (cause instanceof KafkaException && cause.getCause() != null) {
            // Kafka's own "failed to construct" says nothing; what it wraps does.
            return message + ": " + cause.getCause().getMessage();
        }
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** What a future's or a pool's wrapper hides. */
    static Throwable unwrapped(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

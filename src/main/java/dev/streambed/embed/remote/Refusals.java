package dev.streambed.embed.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.embed.remote.RemoteException.Kind;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a status other than 200 means. */
final class Refusals {
    private static final ObjectMapper JSON = RemoteJson.mapper();

    /** So that a slip of the service's does not stop the pipeline for a day. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Codes such as {@code insufficient_quota}; never a sentence, for services quote the texts in theirs. */
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private Refusals() {}

    /**
     * Sorts a refusal.
     *
     * @param now for a {@code Retry-After} that is a date
     */
    static RemoteException of(int status, HttpHeaders headers, byte[] body, Instant now) {
        String said =
                "HTTP " + status + code(body).map(code -> " (" + code + ")").orElse("");
        Duration pause = retryAfter(headers, now);
        return switch (status) {
            case 429 -> RemoteException.throttled(said, pause);
            case 503 ->
                pause == null ? new RemoteException(Kind.UNAVAILABLE, said) : RemoteException.throttled(said, pause);
            case 408, 502, 504 -> new RemoteException(Kind.UNAVAILABLE, said);
            case 401, 403, 407 -> new RemoteException(Kind.STOPPED, said + "; check embedder.token");
            case 402 -> new RemoteException(Kind.STOPPED, said + "; the account is out of credit");
            case 404, 405 -> new RemoteException(Kind.STOPPED, said + "; check embedder.url and embedder.model");
            default -> new RemoteException(other(status), said);
        };
    }

    private static Kind other(int status) {
        return status >= 500 ? Kind.FAILED : status >= 400 ? Kind.REFUSED : Kind.STOPPED; // a redirect, for instance
    }

    /** Seconds or a date; null where there is none that can be read. */
    private static @Nullable Duration retryAfter(HttpHeaders headers, Instant now) {
        String text = headers.firstValue("Retry-After").orElse("").strip();
        Duration pause;
        try {
            pause = text.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (NumberFormatException | DateTimeParseException e) {
            return null;
        }
        if (pause.isNegative()) {
            return Duration.ZERO;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** OpenAI says {@code error.code} and {@code error.type}, TEI {@code error_type}. */
    private static Optional<String> code(byte[] body) {
        try {
            JsonNode root = JSON.readTree(body);
            JsonNode error = root.path("error");
            return Optional.of(error.path("code"))
                    .filter(JsonNode::isTextual)
                    .or(() -> Optional.of(error.path("type")).filter(JsonNode::isTextual))
                    .or(() -> Optional.of(root.path("error_type")).filter(JsonNode::isTextual))
                    .map(JsonNode::textValue)
                    .filter(code -> CODE.matcher(code).matches());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

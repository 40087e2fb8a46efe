package dev.streambed.observe;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may see what documents say and how the service is: with a password, whoever knows it, by HTTP Basic under any user name; without one, this
 * machine where the service listens on loopback, and nobody elsewhere. Immutable; any thread.
 *
 * <p>Health and metrics are not asked about: probes and Prometheus come without a secret, and neither holds a document's text.
 */
final class Access {
    private static final String SCHEME = "Basic ";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.+\\.localhost|127(\\.\\d{1,3}){3}|\\[(0*:)*0*1\\]", Pattern.CASE_INSENSITIVE);

    private final String host;
    private final boolean local;
    private final byte @Nullable [] password; // its digest: of one length, whatever is guessed

    /**
     * @param address what the host of the options stands for
     */
    Access(HttpOptions options, InetAddress address) {
        this.host = options.host();
        this.local = address.isLoopbackAddress();
        this.password = options.password() == null ? null : digest(options.password());
    }

    /** Whether nobody is let in: there must be a password, and is none. */
    boolean isClosed() {
        return password == null && !local;
    }

    /**
     * Lets a request pass, or says why not.
     *
     * @throws HttpProblem with 401 for a missing or wrong password, 403 where there must be one and is none, 421 for another host's name
     */
    void check(HttpExchange exchange) throws HttpProblem {
        if (password != null) {
            checkPassword(exchange, password);
        } else if (!local) {
            throw new HttpProblem(
                    403,
                    "beyond loopback this wants a password, and none is set: set http.password-file (or http.password), or "
                            + "http.host to 127.0.0.1; /health/live, /health/ready and /metrics need none");
        } else if (!isNamedLocally(exchange.getRequestHeaders().getFirst("Host"))) {
            // A page on the web may have its own name resolve to 127.0.0.1, and would read the answer as its own
            // (DNS rebinding).
            throw new HttpProblem(
                    421,
                    "without http.password this is for " + host + " and localhost, and not for another host's name");
        }
    }

    private static void checkPassword(HttpExchange exchange, byte[] password) throws HttpProblem {
        String given = given(exchange.getRequestHeaders().getFirst("Authorization"));
        if (given == null || !MessageDigest.isEqual(digest(given), password)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Streambed\", charset=\"UTF-8\"");
            throw new HttpProblem(
                    401,
                    given == null
                            ? "a password is wanted, as HTTP Basic under any user name: the one of http.password"
                            : "the password is not the one of http.password");
        }
    }

    /** The password in a header, or null where there is none. */
    private static @Nullable String given(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            String pair = new String(decoded, StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? null : pair.substring(colon + 1);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** HTTP/1.0 may come without a name; a browser never does. */
    private boolean isNamedLocally(@Nullable String hostHeader) {
        if (hostHeader == null) {
            return true;
        }
        String name = hostHeader.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return LOOPBACK.matcher(name).matches() || name.equals(host.toLowerCase(Locale.ROOT));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.streambed.observe.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The page at {@code /}: one document with its style and its script inside, and the policy that lets a browser run these two and nothing else.
 * Immutable; any thread.
 *
 * @param html to be sent as UTF-8, or the hashes are others
 * @param contentSecurityPolicy for the header of that name
 */
public record StatusPage(String html, String contentSecurityPolicy) {
    /** In the order in which one builds on the other. */
    private static final List<String> SCRIPTS =
            List.of("figures.js", "dom.js", "path.js", "panels.js", "drift.js", "search.js", "main.js");

    /** Puts it together from the resources beside this class. */
    public static StatusPage load() {
        String style = resource("page.css");
        String script = '\n' + SCRIPTS.stream().map(StatusPage::resource).collect(Collectors.joining("\n"));
        String html = resource("page.html")
                .replace("<!-- style -->", "<style>" + style + "</style>")
                .replace("<!-- script -->", "<script type=\"module\">" + script + "</script>");
        // Trusted types: a browser that knows them refuses to make markup of a text, should a line of the script try.
        String policy = "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style)
                + "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                + "; require-trusted-types-for 'script'; trusted-types 'none'";
        return new StatusPage(html, policy);
    }

    private static String resource(String name) {
        try (InputStream in = StatusPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar is not whole: it has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

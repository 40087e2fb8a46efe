package dev.streambed.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives signed tokens for a client's id and secret (OAuth 2.0, client credentials), and the key to check them with (JWKS). Its handler runs on
 * a thread of its own; the setters may be called from any.
 */
public final class TokenIssuer implements AutoCloseable {
    private static final String KEY_ID = "test-1";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private final KeyPair keys;
    private final String clientId;
    private final String secret;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger expired = new AtomicInteger();
    private volatile Duration lifetime = Duration.ofHours(1);

    private TokenIssuer(HttpServer server, KeyPair keys, String clientId, String secret) {
        this.server = server;
        this.keys = keys;
        this.clientId = clientId;
        this.secret = secret;
    }

    /** One that knows one client. */
    public static TokenIssuer start(String clientId, String secret) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        TokenIssuer issuer = new TokenIssuer(server, generator.generateKeyPair(), clientId, secret);
        server.createContext("/token", issuer::token);
        server.createContext("/jwks", exchange -> send(exchange, 200, issuer.jwks()));
        server.start();
        return issuer;
    }

    public String tokenUrl() {
        return url("/token");
    }

    public String jwksUrl() {
        return url("/jwks");
    }

    /** How often somebody came with a wrong secret. */
    public int refused() {
        return refused.get();
    }

    /** How many tokens were given that had expired. */
    public int expired() {
        return expired.get();
    }

    /** From now on tokens expire so long after they were asked for; below zero, before. */
    public void lifetime(Duration newLifetime) {
        lifetime = newLifetime;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void token(HttpExchange exchange) throws IOException {
        String known = "Basic "
                + Base64.getEncoder().encodeToString((clientId + ":" + secret).getBytes(StandardCharsets.UTF_8));
        if (!known.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            refused.incrementAndGet();
            send(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        if (lifetime.isNegative()) {
            expired.incrementAndGet();
        }
        Instant expires = Instant.now().plus(lifetime);
        Instant issued = expires.minus(Duration.ofHours(1));
        String claims = "{\"iss\":\"test\",\"sub\":\"" + clientId + "\",\"aud\":\"kafka\",\"scope\":\"kafka\",\"iat\":"
                + issued.getEpochSecond() + ",\"exp\":" + expires.getEpochSecond() + "}";
        send(
                exchange,
                200,
                "{\"access_token\":\"" + signed(claims) + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    }

    private String signed(String claims) throws IOException {
        String header = "{\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\",\"typ\":\"JWT\"}";
        String content = encoded(header) + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String jwks() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\",\"n\":\""
                + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}]}";
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

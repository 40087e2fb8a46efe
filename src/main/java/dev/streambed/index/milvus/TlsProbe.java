package dev.streambed.index.milvus;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A handshake of our own, after a connection did not come about. The SDK waits for its connection until the deadline passes and then says just that:
 * a certificate that nobody trusts would look like a server that is down. Stateless.
 */
final class TlsProbe {
    private static final int MILVUS_PORT = 19530;

    private TlsProbe() {}

    /**
     * Why the server's certificate is not accepted.
     *
     * @param uri {@code https}
     * @param within for connecting, and again for each answer
     * @return null where it is accepted, or where nobody is there to show one
     */
    static @Nullable SSLException failure(String uri, MilvusTls tls, Duration within) {
        URI address = URI.create(uri);
        String host = address.getHost();
        int port = address.getPort() < 0 ? MILVUS_PORT : address.getPort();
        int millis = Math.toIntExact(within.toMillis());
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            try (SSLSocket socket =
                    (SSLSocket) context(tls.caFile()).getSocketFactory().createSocket(plain, host, port, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return null;
            }
        } catch (SSLException e) {
            return e;
        } catch (GeneralSecurityException e) {
            return new SSLException("milvus.ca-file holds no certificate that can be read: " + e.getMessage(), e);
        } catch (IOException e) {
            return null; // nobody is there; what the SDK says is true
        }
    }

    private static SSLContext context(@Nullable Path caFile) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        if (caFile == null) {
            context.init(null, null, null); // what Java trusts
            return context;
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(caFile)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca-" + number++, certificate);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}

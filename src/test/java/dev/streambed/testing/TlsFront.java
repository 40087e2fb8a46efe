package dev.streambed.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS for a server of HTTP/2 that speaks plain text, such as the tests' Milvus: takes the connections and hands their bytes on. */
public final class TlsFront implements AutoCloseable {
    private final SSLServerSocket listening;
    private final URI behind;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TlsFront(SSLServerSocket listening, URI behind) {
        this.listening = listening;
        this.behind = behind;
    }

    /**
     * Starts to listen on 127.0.0.1.
     *
     * @param own its certificate
     * @param client the only client it takes; null: any, without a certificate
     */
    public static TlsFront of(String uri, TestCertificates own, @Nullable TestCertificates client)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        char[] password = TestCertificates.PASSWORD.toCharArray();
        try (InputStream in = Files.newInputStream(own.keyStore())) {
            keys.load(in, password);
        }
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keyManagers.getKeyManagers(),
                client == null ? null : trusting(client).getTrustManagers(),
                null);
        SSLServerSocket listening = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 16, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setNeedClientAuth(client != null);
        listening.setSSLParameters(parameters);
        TlsFront front = new TlsFront(listening, URI.create(uri));
        front.thread("tls-front", front::accept);
        return front;
    }

    private static TrustManagerFactory trusting(TestCertificates client) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(client.certificate())) {
            trusted.setCertificateEntry(
                    "client", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        return managers;
    }

    /** Its address by a host's name, which is what the certificate is checked against. */
    public String uri(String host) {
        return "https://" + host + ":" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                SSLSocket near = (SSLSocket) listening.accept();
                open.add(near);
                thread("tls-front-connection", () -> connect(near));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void connect(SSLSocket near) {
        try (near) {
            near.startHandshake();
            try (Socket far = new Socket(behind.getHost(), behind.getPort())) {
                open.add(far);
                thread("tls-front-answers", () -> copy(far, near));
                copy(near, far);
            }
        } catch (IOException e) {
            // A handshake that fails is what some tests are about; the client says so.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 14];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // One side has gone; the other goes too.
        }
    }

    private void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

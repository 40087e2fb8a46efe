package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** A certificate that signs itself, made by the JDK's keytool: whoever trusts it knows its holder, and nobody else. */
public final class TestCertificates {
    /** Of each key store made here. */
    public static final String PASSWORD = "store-pass-5f1c";

    private static final String ALIAS = "it";

    private final Path directory;
    private final String name;

    private TestCertificates(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /**
     * Makes one, in a second.
     *
     * @param names subject alternative names, as keytool has them: {@code dns:localhost,ip:127.0.0.1}
     */
    public static TestCertificates selfSigned(Path directory, String name, String names)
            throws IOException, InterruptedException, GeneralSecurityException {
        TestCertificates made = new TestCertificates(directory, name);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        made.keyStore().toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + names)
                .redirectErrorStream(true)
                .start();
        keytool.getOutputStream().close();
        String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).as("keytool ended").isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(made.keyStore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        pem(made.certificate(), "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        pem(
                made.key(),
                "PRIVATE KEY",
                store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        return made;
    }

    /** Certificate and key, PKCS#12. */
    public Path keyStore() {
        return directory.resolve(name + ".p12");
    }

    /** The certificate, PEM: what others trust. */
    public Path certificate() {
        return directory.resolve(name + ".pem");
    }

    /** The key, PEM, PKCS#8. */
    public Path key() {
        return directory.resolve(name + ".key");
    }

    private static void pem(Path file, String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }
}

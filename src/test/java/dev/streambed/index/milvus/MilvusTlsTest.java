package dev.streambed.index.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.Row;
import dev.streambed.index.Rows;
import dev.streambed.testing.TestCertificates;
import dev.streambed.testing.TestMilvus;
import dev.streambed.testing.TlsFront;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Milvus behind TLS. */
@SuppressWarnings("NullAway.Init")
class MilvusTlsTest {
    private static final int DIMENSION = 8;

    @TempDir
    static Path directory;

    private static TestCertificates server;
    private static TestCertificates stranger;

    private final String milvus = TestMilvus.require().uri();
    private final String collection = TestMilvus.randomCollection();

    @BeforeAll
    static void makeCertificates() throws Exception {
        server = TestCertificates.selfSigned(directory, "server", "ip:127.0.0.1");
        stranger = TestCertificates.selfSigned(directory, "stranger", "ip:127.0.0.1");
    }

    @Test
    void writesToAServerWhoseCertificateItTrusts() throws Exception {
        try (TlsFront front = TlsFront.of(milvus, server, null);
                MilvusRows rows = new MilvusRows(milvus, collection);
                MilvusIndex index = index(front.uri("127.0.0.1"), new MilvusTls(server.certificate(), null, null))) {
            writesOneRow(index);
            rows.drop();
        }
    }

    @Test
    void showsItsOwnCertificateWhereTheServerAsksForOne() throws Exception {
        MilvusTls known = new MilvusTls(server.certificate(), stranger.certificate(), stranger.key());
        try (TlsFront front = TlsFront.of(milvus, server, stranger);
                MilvusRows rows = new MilvusRows(milvus, collection);
                MilvusIndex index = index(front.uri("127.0.0.1"), known);
                MilvusIndex nobody = index(front.uri("127.0.0.1"), new MilvusTls(server.certificate(), null, null))) {
            assertThatThrownBy(nobody::open).isInstanceOf(IndexException.class);
            writesOneRow(index);
            rows.drop();
        }
    }

    @Test
    void holdsWhereTheCertificateIsUnknownOrAnotherHosts() throws Exception {
        try (TlsFront front = TlsFront.of(milvus, server, null);
                MilvusIndex wrongCa = index(front.uri("127.0.0.1"), new MilvusTls(stranger.certificate(), null, null));
                MilvusIndex javasOwn = index(front.uri("127.0.0.1"), MilvusTls.DEFAULT);
                MilvusIndex otherHost =
                        index(front.uri("localhost"), new MilvusTls(server.certificate(), null, null))) {
            for (MilvusIndex index : List.of(wrongCa, javasOwn, otherHost)) {
                assertThatThrownBy(index::open)
                        .isInstanceOfSatisfying(
                                IndexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STOPPED))
                        .hasMessageContaining("TLS does not come about")
                        .hasMessageContaining("milvus.ca-file");
            }
            assertThatThrownBy(otherHost::open).hasMessageContaining("localhost");
        }
    }

    private static void writesOneRow(MilvusIndex index) throws IndexException {
        index.open();
        index.upsert(List.of(
                new Row(Row.idOf("d", 0), "d", 0, 1, null, "text", Map.of(), Rows.unit(DIMENSION, new Random(1)))));
        assertThat(index.count()).isEqualTo(1);
    }

    private MilvusIndex index(String uri, MilvusTls tls) {
        return new MilvusIndex(
                new MilvusOptions(uri, null, null, collection, DIMENSION, "fingerprint", tls, Duration.ofSeconds(5)));
    }
}

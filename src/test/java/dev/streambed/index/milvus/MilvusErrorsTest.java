package dev.streambed.index.milvus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.v2.exception.ErrorCode;
import io.milvus.v2.exception.MilvusClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MilvusErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "3, STOPPED", "7, STOPPED", "8, TRANSIENT", "9, STOPPED", "100, STOPPED", "101, TRANSIENT", "103, TRANSIENT",
        "105, STOPPED", "800, STOPPED", "1100, POISON", "1102, POISON", "1401, STOPPED", "1804, POISON",
                "65535, TRANSIENT"
    })
    void sortsWhatTheServerSays(int code, Kind kind) {
        IndexException sorted = MilvusErrors.sort(
                "upsert 3 rows", new MilvusClientException(ErrorCode.SERVER_ERROR, "so it is", code, 0));

        assertThat(sorted.kind()).isEqualTo(kind);
        assertThat(sorted).hasMessageContaining("upsert 3 rows: Milvus says " + code + ", so it is");
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, TRANSIENT, true", "DEADLINE_EXCEEDED, TRANSIENT, true", "RESOURCE_EXHAUSTED, TRANSIENT, false",
        "CANCELLED, TRANSIENT, false", "INTERNAL, TRANSIENT, false", "UNAUTHENTICATED, STOPPED, false",
        "PERMISSION_DENIED, STOPPED, false", "UNIMPLEMENTED, STOPPED, false"
    })
    void sortsWhatTheConnectionSays(Status.Code code, Kind kind, boolean reconnects) {
        RuntimeException raw = code.toStatus().asRuntimeException();
        var wrapped = new MilvusClientException(ErrorCode.RPC_ERROR, raw);

        for (RuntimeException e : new RuntimeException[] {raw, wrapped}) {
            assertThat(MilvusErrors.sort("count", e).kind()).isEqualTo(kind);
            assertThat(MilvusErrors.isConnectionTrouble(e)).isEqualTo(reconnects);
        }
    }

    @Test
    void knowsTheSdksOwnWaitForALoadThatGoesOnForADeadline() {
        var wait = new MilvusClientException(ErrorCode.SERVER_ERROR, "Load collection timeout", 0, 0);

        assertThat(MilvusErrors.isDeadline(wait)).isTrue();
        assertThat(MilvusErrors.sort("load", wait).kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(MilvusErrors.isDeadline(new MilvusClientException(ErrorCode.SERVER_ERROR, "timeout", 101, 0)))
                .isFalse();
    }

    @Test
    void takesTheSdksOwnChecksForAPoisonousRowAndTheUnknownForPassing() {
        assertThat(MilvusErrors.sort("upsert", new MilvusClientException(ErrorCode.CLIENT_ERROR, "type"))
                        .kind())
                .isEqualTo(Kind.POISON);
        assertThat(MilvusErrors.sort("upsert", new MilvusClientException(ErrorCode.TIMEOUT, "late"))
                        .kind())
                .isEqualTo(Kind.TRANSIENT);
        assertThat(MilvusErrors.sort("upsert", new IllegalStateException("closed"))
                        .kind())
                .isEqualTo(Kind.TRANSIENT);
    }
}

package dev.streambed.cli.faults.proxy;

import java.time.Duration;

/** What a {@link MilvusProxy} does to calls instead of passing them on. Values. */
public sealed interface Fault {
    /** The calls that it is for; all others pass. */
    Scope scope();

    /**
     * Writes are answered by a refusal in the server's own words, and not passed on.
     *
     * @param code a code of Milvus 2.3 or later, not 0: 3 memory, 7 disk, 8 rate limit, 9 quota, 105 schema, 1100 invalid parameter,
     *     1401 not permitted…
     * @param reason for people
     */
    record Refuse(int code, String reason) implements Fault {
        public Refuse {
            if (code == 0) {
                throw new IllegalArgumentException("code 0 is success: a refusal has another");
            }
        }

        @Override
        public Scope scope() {
            return Scope.WRITES;
        }
    }

    /** Calls fail with a status of gRPC, and are not passed on. */
    record Fail(RpcStatus status, Scope scope) implements Fault {}

    /**
     * Calls are taken and not answered. One whose caller has given up is dropped, one that still has a caller when the fault changes goes through
     * what comes then.
     */
    record Hang(Scope scope) implements Fault {}

    /** Calls are passed on this much later. One whose caller gives up meanwhile is dropped. */
    record Slow(Duration latency, Scope scope) implements Fault {}

    /**
     * Writes are passed on, and when the server has acknowledged one its caller is told UNAVAILABLE. What the server refuses is told as it is.
     */
    record LoseAnswer() implements Fault {
        @Override
        public Scope scope() {
            return Scope.WRITES;
        }
    }

    /** How a call fails in {@link Fail}: the statuses of gRPC that a store's outage shows. */
    enum RpcStatus {
        UNAVAILABLE,
        UNAUTHENTICATED,
        PERMISSION_DENIED,
        DEADLINE_EXCEEDED,
        RESOURCE_EXHAUSTED
    }
}

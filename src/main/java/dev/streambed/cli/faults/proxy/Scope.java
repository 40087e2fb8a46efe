package dev.streambed.cli.faults.proxy;

import java.util.Set;

/** Which calls of Milvus a {@link Fault} is for. */
public enum Scope {
    /** Upsert, Insert and Delete. */
    WRITES,
    /** These, and Search and Query. */
    DATA,
    /** Every call, connecting among them: a server that does nothing right. */
    ALL;

    private static final Set<String> WRITE_METHODS = Set.of("Upsert", "Insert", "Delete");
    private static final Set<String> READ_METHODS = Set.of("Search", "Query");

    /**
     * Whether it covers a method.
     *
     * @param method without its service: {@code Upsert}
     */
    public boolean covers(String method) {
        return this == ALL || WRITE_METHODS.contains(method) || (this == DATA && READ_METHODS.contains(method));
    }
}

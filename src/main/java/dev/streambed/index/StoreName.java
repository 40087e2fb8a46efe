package dev.streambed.index;

import org.jspecify.annotations.Nullable;

/**
 * Which collection of which store, as traces name it.
 *
 * @param system the kind of store, in lower case
 * @param namespace the collection's database, or null
 * @param collection its name
 * @param host where the store is, or null for in this process
 * @param port its port, or -1
 */
public record StoreName(
        String system,
        @Nullable String namespace,
        String collection,
        @Nullable String host,
        int port) {
    /** Of a store that does not say. */
    public static final StoreName UNKNOWN = new StoreName("unknown", null, "", null, -1);
}

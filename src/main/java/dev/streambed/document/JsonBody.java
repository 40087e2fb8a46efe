package dev.streambed.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a change's JSON, each of its type, none checked against the contract's limits.
 *
 * @param metadata the explicit entries and, behind them, unknown top-level fields
 */
record JsonBody(
        @Nullable String id,
        @Nullable String type,
        @Nullable Long version,
        @Nullable String text,
        @Nullable String title,
        Map<String, @Nullable Object> metadata) {}

package dev.streambed.index.milvus;

/**
 * One privilege in Milvus.
 *
 * @param objectType {@code Global} or {@code Collection}
 * @param objectName a collection, or {@code *}
 * @param privilege such as {@code Upsert}
 */
public record MilvusGrant(String objectType, String objectName, String privilege) {}

/** Tests against a real Milvus. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index.milvus;

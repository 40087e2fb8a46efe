/** The store in production: Milvus. The only package that imports {@code io.milvus}. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index.milvus;

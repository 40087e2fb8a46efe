/** The store inside the process: Lucene HNSW, transient data. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index.memory;

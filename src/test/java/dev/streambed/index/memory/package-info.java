/** Tests of the memory index. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index.memory;

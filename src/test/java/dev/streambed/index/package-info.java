/** Tests of the writer, and what tests of stores share. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index;

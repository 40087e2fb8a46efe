/** The contract as data, held against itself and against the code. */
@org.jspecify.annotations.NullMarked
package dev.streambed.topology;

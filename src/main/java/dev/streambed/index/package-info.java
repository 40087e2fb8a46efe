/** INDEX: the only code that writes a store. */
@org.jspecify.annotations.NullMarked
package dev.streambed.index;

/** What callers get back. */
@org.jspecify.annotations.NullMarked
package dev.streambed.completion;

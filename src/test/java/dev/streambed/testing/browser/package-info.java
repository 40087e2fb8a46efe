/** A real browser for tests, driven by its own protocol. */
@org.jspecify.annotations.NullMarked
package dev.streambed.testing.browser;

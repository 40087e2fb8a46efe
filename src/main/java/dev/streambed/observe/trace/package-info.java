/**
 * Traces as the rest of the house sees them: spans by name, and nothing of the library behind them. The spans' names and attributes are
 * public, as those of metrics are.
 */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe.trace;

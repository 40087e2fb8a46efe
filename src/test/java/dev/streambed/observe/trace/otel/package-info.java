@org.jspecify.annotations.NullMarked
package dev.streambed.observe.trace.otel;

/** The status page and the figures behind it: read from the process's own meters, at the moment somebody asks. */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe.status;

/** Sends lines of JSON as document changes, counts and times the answers. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.publish;

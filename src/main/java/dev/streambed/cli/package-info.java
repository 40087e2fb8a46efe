/** The command line: reads the configuration, wires the service, talks to people. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli;

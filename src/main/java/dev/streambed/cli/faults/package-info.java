/** The guarantee suite: tries to break the promises, with real parts, a seed a run. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults;

/** The faults, a file a component. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.scenario;

/** The parts of a run as child processes, which can be killed, stopped and let go on. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.process;

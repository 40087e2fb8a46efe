/** The guarantee suite in CI: some minutes of it with fresh seeds, and a proof that it can fail. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults;

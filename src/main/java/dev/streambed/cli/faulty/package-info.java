/** An embedder that fails on demand, for the guarantee suite: no part of a service that a user runs. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faulty;

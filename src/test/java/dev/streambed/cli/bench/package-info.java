/** Tests of the benchmark's own arithmetic; that it runs is shown in {@code spine}. */
@NullMarked
package dev.streambed.cli.bench;

import org.jspecify.annotations.NullMarked;

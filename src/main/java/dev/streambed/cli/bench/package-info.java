/**
 * The benchmark: the pipeline against what the model alone can do on the same machine, in one run.
 */
@NullMarked
package dev.streambed.cli.bench;

import org.jspecify.annotations.NullMarked;

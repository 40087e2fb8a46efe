/**
 * The planner: from a measured rate to instances, partitions, heap, disk and the store's memory.
 */
@NullMarked
package dev.streambed.cli.plan;

import org.jspecify.annotations.NullMarked;

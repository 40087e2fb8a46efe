/** Tests of the planner's formulas. */
@NullMarked
package dev.streambed.cli.plan;

import org.jspecify.annotations.NullMarked;

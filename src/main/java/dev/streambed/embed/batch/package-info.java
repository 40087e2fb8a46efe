/** Chooses which waiting sequences run together, and runs them. */
@org.jspecify.annotations.NullMarked
package dev.streambed.embed.batch;

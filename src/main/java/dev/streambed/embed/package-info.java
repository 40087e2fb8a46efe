/** EMBED: plan, chunk, batch, embed. */
@org.jspecify.annotations.NullMarked
package dev.streambed.embed;

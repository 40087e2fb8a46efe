/** Cuts a text into windows of tokens. */
@org.jspecify.annotations.NullMarked
package dev.streambed.embed.chunk;

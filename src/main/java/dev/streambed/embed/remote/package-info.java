/** An embedder that is a service elsewhere: calls over HTTP, what its refusals mean, and how many calls it bears. */
@org.jspecify.annotations.NullMarked
package dev.streambed.embed.remote;

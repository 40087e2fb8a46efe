@org.jspecify.annotations.NullMarked
package dev.streambed.embed.remote;

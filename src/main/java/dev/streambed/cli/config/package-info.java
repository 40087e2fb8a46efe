/** The configuration: declared keys, layered sources, immutable records. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.config;

/** A Kafka broker inside the process, for the demo, for {@code run --embedded} and for tests. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.broker;

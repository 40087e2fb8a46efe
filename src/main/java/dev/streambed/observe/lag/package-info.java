/** How far the groups are behind: read from Kafka by a thread of its own, shown as gauges and as a {@link dev.streambed.observe.lag.LagSnapshot}. */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe.lag;

/**
 * What stands between the service and a part of the outside that is to misbehave: {@link dev.streambed.cli.faults.proxy.TcpProxy} before any
 * server, {@link dev.streambed.cli.faults.proxy.MilvusProxy} before a Milvus. Both listen on loopback only and are switched while they run.
 */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.proxy;

/** One run's surroundings: broker, proxies, store and services, what is fed to them and what is measured. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.lab;

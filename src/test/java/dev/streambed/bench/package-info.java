/** Benchmarks: they print figures and assert none. {@code mvn test -Pbenchmark -Dtest=NAME} */
@org.jspecify.annotations.NullMarked
package dev.streambed.bench;

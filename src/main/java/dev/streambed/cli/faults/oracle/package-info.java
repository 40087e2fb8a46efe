/** What was sent, what was answered, what the store acknowledged and holds in the end: and what of it breaks a promise. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.oracle;

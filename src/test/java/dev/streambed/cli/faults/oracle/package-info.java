@org.jspecify.annotations.NullMarked
package dev.streambed.cli.faults.oracle;

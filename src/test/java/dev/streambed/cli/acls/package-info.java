@org.jspecify.annotations.NullMarked
package dev.streambed.cli.acls;

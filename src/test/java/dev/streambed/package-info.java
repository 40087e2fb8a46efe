/** Tests of the whole house. */
@org.jspecify.annotations.NullMarked
package dev.streambed;

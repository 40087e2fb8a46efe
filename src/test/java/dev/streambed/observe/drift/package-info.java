@org.jspecify.annotations.NullMarked
package dev.streambed.observe.drift;

/** How good the search results are, on the Cranfield collection. */
@org.jspecify.annotations.NullMarked
package dev.streambed.quality;

/** The log of record: what EMBED writes and every INDEX reads. */
@org.jspecify.annotations.NullMarked
package dev.streambed.log;

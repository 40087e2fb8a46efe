/** What producers send: the change, its formats, its limits. */
@org.jspecify.annotations.NullMarked
package dev.streambed.document;

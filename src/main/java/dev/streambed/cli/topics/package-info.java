/** The topics as {@code topology/topics.yaml} describes them: read, created, compared. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.topics;

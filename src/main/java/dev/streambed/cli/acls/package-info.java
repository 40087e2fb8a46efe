/** The permissions as {@code topology/acls.yaml} lists them: read, compared, granted. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.acls;

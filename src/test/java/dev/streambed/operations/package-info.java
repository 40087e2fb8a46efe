/** What an operator is given: alerts, their runbook, the board, and the page of all names. */
@org.jspecify.annotations.NullMarked
package dev.streambed.operations;

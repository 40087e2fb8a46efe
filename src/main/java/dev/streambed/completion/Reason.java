package dev.streambed.completion;

/**
 * Why an outcome is what it is.
 *
 * @param code stable, for programs
 * @param message what was wrong, where, and what to do, for people; never document text
 */
public record Reason(ReasonCode code, String message) {}

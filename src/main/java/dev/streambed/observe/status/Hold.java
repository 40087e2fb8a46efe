package dev.streambed.observe.status;

/**
 * A part of the service that waits, at this moment.
 *
 * @param part {@code service}, {@code process}, {@code embed}, {@code index}, {@code embedder} or {@code store}
 * @param code why, as {@code streambed_hold} names it
 * @param reason the same for people
 */
public record Hold(String part, String code, String reason) {}

package dev.streambed.cli.config;

/**
 * A value as it was written, and where.
 *
 * @param text as written
 * @param origin for people: {@code default}, {@code file x.yaml line 3}, {@code environment STREAMBED_X}, {@code flag --set}
 */
public record ConfigValue(String text, String origin) {}

package dev.streambed.cli.bench;

/**
 * What chunking and tokenising do on one thread.
 *
 * @param documentsPerSecond texts
 * @param tokensPerSecond tokens of all windows
 */
record TokenizerRate(double documentsPerSecond, double tokensPerSecond) {}

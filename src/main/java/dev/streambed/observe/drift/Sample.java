package dev.streambed.observe.drift;

/**
 * A chunk on its way to the drift thread.
 *
 * @param tenant as its document's metadata names it
 */
record Sample(String tenant, Measured chunk) {}

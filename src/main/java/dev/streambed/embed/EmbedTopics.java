package dev.streambed.embed;

/**
 * The topics of EMBED, prefixes included.
 *
 * @param interactive somebody waits
 * @param bulk nobody waits
 * @param log the compacted log of record
 * @param completions the answers
 * @param deadLetters the original bytes of what was refused
 */
public record EmbedTopics(String interactive, String bulk, String log, String completions, String deadLetters) {
    Lane laneOf(String topic) {
        return topic.equals(bulk) ? Lane.BULK : Lane.INTERACTIVE;
    }
}

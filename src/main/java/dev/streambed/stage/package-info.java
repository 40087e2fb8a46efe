/**
 * The asynchronous stage: work that takes longer than {@code process()} may, inside Kafka Streams, without losing an event.
 * The only home of Kafka Streams tricks. {@link dev.streambed.stage.StageProcessor} tells the story.
 */
@org.jspecify.annotations.NullMarked
package dev.streambed.stage;

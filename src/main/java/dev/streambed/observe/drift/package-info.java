/** Whether the vectors still look as they did: against a baseline for the data, against a canary for the model. */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe.drift;

/** Submit a document change and await its outcome. Ships alone in the client jar: needs kafka-clients and Jackson, nothing else. */
@org.jspecify.annotations.NullMarked
package dev.streambed.client;

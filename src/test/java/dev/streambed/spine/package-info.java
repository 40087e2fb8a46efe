/** The whole product against real parts: the service in a child process, a real broker, a real Milvus. */
@org.jspecify.annotations.NullMarked
package dev.streambed.spine;

/** What people and machines see of the running service: metrics, lag, health, and the search that shares their port. */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe;

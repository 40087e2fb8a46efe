/** What is deployed: the Helm chart and Compose, held against the service that they start. */
@org.jspecify.annotations.NullMarked
package dev.streambed.deploy;

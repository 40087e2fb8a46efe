/** The service put together from its rooms: the one place where everything is wired. */
@org.jspecify.annotations.NullMarked
package dev.streambed.cli.service;

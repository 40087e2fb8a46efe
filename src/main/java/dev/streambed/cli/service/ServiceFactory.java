package dev.streambed.cli.service;

import dev.streambed.cli.config.StreambedConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/** Makes the service; {@link Main} has the real one. */
@FunctionalInterface
public interface ServiceFactory {
    /**
     * Starts the service. Returns once it is on its way, before it is {@link Service#ready()}.
     *
     * @param roles at least one
     * @param registry where its meters go
     * @throws Exception if it cannot start: a model that is not there, a store of another pipeline
     */
    Service start(StreambedConfig config, Set<Role> roles, MeterRegistry registry) throws Exception;
}

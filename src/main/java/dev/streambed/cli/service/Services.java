package dev.streambed.cli.service;

import dev.streambed.cli.config.StreambedConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/** Puts the service together from its rooms. */
public final class Services {
    private Services() {}

    /** The real {@link dev.streambed.cli.ServiceFactory}. */
    public static Service start(StreambedConfig config, Set<Role> roles, MeterRegistry registry) {
        return PipelineService.start(config, roles, registry);
    }
}

package dev.streambed.cli.bench;

import dev.streambed.cli.service.ServiceFactory;
import java.util.function.UnaryOperator;

/**
 * What being observed is to be measured with.
 *
 * @param configs of the pipelines
 * @param observed makes a service's factory one of a service with all that {@code run} puts around it, and somebody who reads it
 * @param rounds with and without, 1 or more
 * @param documents of a round
 */
public record ObservationSetup(
        PipelineConfigs configs, UnaryOperator<ServiceFactory> observed, int rounds, int documents) {}

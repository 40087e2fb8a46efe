package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.drift.DriftSnapshot;
import dev.streambed.observe.lag.LagSnapshot;
import dev.streambed.observe.status.Standing;
import dev.streambed.observe.status.StatusFacts;
import dev.streambed.observe.status.StatusReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From the configuration and the service to what {@code /status} tells. */
final class StatusOf {
    private StatusOf() {}

    /**
     * What reads it.
     *
     * @param service null until it has been started; asked at each answer, from any thread
     * @param lag its last reading, likewise
     */
    static StatusReader start(
            StreambedConfig config,
            Set<Role> roles,
            MeterRegistry registry,
            Supplier<@Nullable Service> service,
            Supplier<LagSnapshot> lag,
            Clock clock) {
        StatusFacts facts = new StatusFacts(
                Main.Version.ofJar(),
                nameOf(config),
                config.pipeline().name(),
                clock.millis(),
                Stream.of(Role.values())
                        .filter(roles::contains)
                        .map(role -> role.group(config))
                        .toList(),
                config.index().type().name().toLowerCase(Locale.ROOT),
                config.index().callsInFlight(),
                config.index().rowsPerCall());
        return StatusReader.start(facts, registry, () -> standing(service.get()), lag, clock);
    }

    /** A container's and a shell's name for the machine: to ask the resolver could take seconds. */
    private static @Nullable String nameOf(StreambedConfig config) {
        String given = config.state().instanceId();
        String host = System.getenv("HOSTNAME");
        return given != null ? given : host == null || host.isBlank() ? null : host;
    }

    private static Standing standing(@Nullable Service service) {
        if (service == null) {
            return Standing.starting();
        }
        DriftSnapshot drift = service.drift();
        return new Standing(
                service.notLiveReason() == null,
                service.holds(),
                service.stages().stream()
                        .map(stage -> new Standing.OfStage(
                                stage.stage(),
                                stage.holds().stream()
                                        .map(HoldCode::wireName)
                                        .sorted()
                                        .toList(),
                                stage.oldestSeconds()))
                        .toList(),
                drift == null ? null : drift.held());
    }
}

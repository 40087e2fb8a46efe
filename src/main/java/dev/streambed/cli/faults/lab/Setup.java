package dev.streambed.cli.faults.lab;

import dev.streambed.completion.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a scenario's surroundings are.
 *
 * @param brokerSettings of the broker, over the suite's
 * @param serviceSettings of the configuration, over the suite's
 * @param failuresAllowed outcomes of sound changes that the scenario's faults explain
 * @param modelAllowed whether the real model may take the stub's place: it does in some runs, by their seed
 */
public record Setup(
        Map<String, String> brokerSettings,
        Map<String, String> serviceSettings,
        Set<Outcome> failuresAllowed,
        boolean modelAllowed) {
    /** Nothing special. */
    public static final Setup PLAIN = new Setup(Map.of(), Map.of(), Set.of(), true);

    public Setup {
        brokerSettings = Map.copyOf(brokerSettings);
        serviceSettings = Map.copyOf(serviceSettings);
        failuresAllowed = Set.copyOf(failuresAllowed);
    }

    public Setup withBroker(String key, String value) {
        return new Setup(and(brokerSettings, key, value), serviceSettings, failuresAllowed, modelAllowed);
    }

    public Setup withService(String key, String value) {
        return new Setup(brokerSettings, and(serviceSettings, key, value), failuresAllowed, modelAllowed);
    }

    public Setup allowing(Outcome... failures) {
        return new Setup(brokerSettings, serviceSettings, Set.of(failures), modelAllowed);
    }

    /** With the stub in every run: the scenario counts on its speed. */
    public Setup withStubOnly() {
        return new Setup(brokerSettings, serviceSettings, failuresAllowed, false);
    }

    private static Map<String, String> and(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }
}

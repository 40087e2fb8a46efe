package dev.streambed.cli.faults.lab;

import dev.streambed.completion.Outcome;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario's surroundings are.
 *
 * @param brokerSettings of the broker, over the suite's
 * @param serviceSettings of the configuration, over the suite's
 * @param failuresAllowed outcomes of sound changes that the scenario's faults explain
 * @param modelAllowed whether the real model may take the stub's place: it does in some runs, by their seed
 * @param classesBefore classes that take the place of the product's, so that the suite can be tried on a broken one; null for none
 */
public record Setup(
        Map<String, String> brokerSettings,
        Map<String, String> serviceSettings,
        Set<Outcome> failuresAllowed,
        boolean modelAllowed,
        @Nullable Path classesBefore) {
    /** Nothing special. */
    public static final Setup PLAIN = new Setup(Map.of(), Map.of(), Set.of(), true, null);

    public Setup {
        brokerSettings = Map.copyOf(brokerSettings);
        serviceSettings = Map.copyOf(serviceSettings);
        failuresAllowed = Set.copyOf(failuresAllowed);
    }

    public Setup withBroker(String key, String value) {
        return new Setup(
                and(brokerSettings, key, value), serviceSettings, failuresAllowed, modelAllowed, classesBefore);
    }

    public Setup withService(String key, String value) {
        return new Setup(
                brokerSettings, and(serviceSettings, key, value), failuresAllowed, modelAllowed, classesBefore);
    }

    public Setup allowing(Outcome... failures) {
        return new Setup(brokerSettings, serviceSettings, Set.of(failures), modelAllowed, classesBefore);
    }

    /** With the stub in every run: the scenario counts on its speed. */
    public Setup withStubOnly() {
        return new Setup(brokerSettings, serviceSettings, failuresAllowed, false, classesBefore);
    }

    /** With some of the product's classes replaced. */
    public Setup withClassesBefore(Path classes) {
        return new Setup(brokerSettings, serviceSettings, failuresAllowed, modelAllowed, classes);
    }

    private static Map<String, String> and(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new HashMap<>(settings);
        more.put(key, value);
        return more;
    }
}

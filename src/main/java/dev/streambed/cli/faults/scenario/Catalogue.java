package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Scenario;
import java.util.ArrayList;
import java.util.List;

/** All scenarios, in the order of the table. */
public final class Catalogue {
    private Catalogue() {}

    /** All of them. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(Undisturbed.all());
        all.addAll(ServiceFaults.all());
        all.addAll(NamedPoints.all());
        all.addAll(ApartFaults.all());
        return List.copyOf(all);
    }

    /** Those whose name is this, or begins with it and a dot. */
    public static List<Scenario> named(String name) {
        return all().stream()
                .filter(scenario ->
                        scenario.name().equals(name) || scenario.name().startsWith(name + "."))
                .toList();
    }
}

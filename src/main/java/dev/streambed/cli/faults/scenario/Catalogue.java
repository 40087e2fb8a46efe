package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Scenario;
import java.util.ArrayList;
import java.util.List;

/** All scenarios, in the order of the table. */
public final class Catalogue {
    private Catalogue() {}

    /** All of them, those too that only their name brings. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.addAll(Undisturbed.all());
        all.addAll(ServiceFaults.all());
        all.addAll(StarvedService.all());
        all.addAll(NamedPoints.all());
        all.addAll(StoreFaults.all());
        all.addAll(StoreOutages.all());
        all.addAll(StoreLosses.all());
        all.addAll(EmbedderFaults.all());
        all.addAll(InputFaults.all());
        all.addAll(HostileInput.all());
        all.addAll(CompressedInput.all());
        all.addAll(LoadFaults.all());
        all.addAll(HeapFormula.all());
        all.addAll(GroupFaults.all());
        all.addAll(TakeoverFaults.all());
        all.addAll(RollingRestart.all());
        all.addAll(BrokerFaults.all());
        all.addAll(TopicFaults.all());
        all.addAll(ApartFaults.all());
        return List.copyOf(all);
    }

    /** Those of a round. */
    public static List<Scenario> usual() {
        return all().stream().filter(Scenario::usual).toList();
    }

    /** The one whose name is this, or the usual ones of this component. */
    public static List<Scenario> named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name)
                        || (scenario.usual() && scenario.component().equals(name)))
                .toList();
    }
}

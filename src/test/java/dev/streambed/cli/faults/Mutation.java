package dev.streambed.cli.faults;

import static net.bytebuddy.matcher.ElementMatchers.named;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.index.BrokenIndex;
import dev.streambed.stage.BrokenStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.MethodDelegation;
import net.bytebuddy.pool.TypePool;

/** A rule of the product that is broken on purpose, the run that must notice, and what it must find. */
enum Mutation {
    EPOCH_RULE_OFF("dev.streambed.stage.Facts", "isDue", BrokenStage.NoEpochs.class, "broker.apart.log", Finding.LOST),
    HEADS_EARLY("dev.streambed.stage.Facts", "isDue", BrokenStage.EarlyHeads.class, "broker.apart.log", Finding.LOST),
    GATE_OFF("dev.streambed.stage.Gate", "closedTo", BrokenStage.OpenGate.class, "load.overload", Finding.UNBOUNDED),
    ANSWER_BEFORE_ACKNOWLEDGEMENT(
            "dev.streambed.index.CoalescingIndexWriter",
            "write",
            BrokenIndex.NoAcknowledgement.class,
            "control.none",
            Finding.EARLY),
    STALE_DELETES_OFF(
            "dev.streambed.index.DocumentRows",
            "staleIds",
            BrokenIndex.NoStaleDeletes.class,
            "control.none",
            Finding.STALE);

    private final String type;
    private final String method;
    private final Class<?> inItsPlace;
    final String scenario;
    final Finding finding;

    Mutation(String type, String method, Class<?> inItsPlace, String scenario, Finding finding) {
        this.type = type;
        this.method = method;
        this.inItsPlace = inItsPlace;
        this.scenario = scenario;
        this.finding = finding;
    }

    /** What the suite counts. */
    enum Finding {
        LOST,
        STALE,
        EARLY,
        UNBOUNDED;

        int count(RunResult result) {
            return switch (this) {
                case LOST -> result.lost();
                case STALE -> result.stale();
                case EARLY -> result.early();
                case UNBOUNDED -> result.unbounded();
            };
        }
    }

    /** Writes the broken class, to be put before the product's. */
    void into(Path directory) throws IOException {
        ClassLoader loader = Mutation.class.getClassLoader();
        ClassFileLocator locator = ClassFileLocator.ForClassLoader.of(loader);
        TypePool pool = TypePool.Default.of(locator);
        try (DynamicType.Unloaded<?> broken = new ByteBuddy()
                .rebase(pool.describe(type).resolve(), locator)
                .method(named(method))
                .intercept(MethodDelegation.to(inItsPlace))
                .make()) {
            Files.createDirectories(directory);
            var unused = broken.saveIn(directory.toFile());
        }
    }
}

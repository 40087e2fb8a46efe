package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.MilvusProxy;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.operations.ScalingQuery;
import dev.streambed.operations.ShortRules;
import dev.streambed.operations.Watch;
import dev.streambed.operations.Watch.Event;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.Prometheus;
import dev.streambed.testing.TestBroker;
import dev.streambed.testing.TestMilvus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus, real instances under load, and what goes wrong: the alerts and the board say so, and in time. Both are the ones that are
 * handed out, the hours of the rules made seconds; that the long windows are right, and the alerts that are not here, is {@code promtool}'s to show.
 */
@BrokerTest
class AlertsLiveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SCRAPE = "500ms";

    private static final String HOLDS = "Why a stage waits";
    private static final String REFUSALS = "Refusals by reason, a second";
    private static final String INSTANCES = "Instances that answer";

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void whatGoesWrongIsSaidAndNothingElse() throws Exception {
        String milvus = TestMilvus.require().uri();
        try (TestBroker broker = TestBroker.start();
                MilvusProxy proxy = MilvusProxy.start(0, milvus, call -> {});
                AlertsInstances instances = AlertsInstances.start(directory, broker, proxy);
                AlertsLoad load = new AlertsLoad(broker.bootstrapServers())) {
            instances.awaitReady();
            load.begin();
            instances.awaitPace();
            List<String> atFirst =
                    List.of(instances.one().address(), instances.other().address());
            try (Prometheus prometheus =
                    Prometheus.start(directory.resolve("prometheus"), SCRAPE, ShortRules.text(), atFirst)) {
                Watch watch = new Watch(prometheus, Clock.systemUTC());
                staysSilentWhileAllIsWell(prometheus, watch);
                saysThatAProducerSendsWhatIsWrong(prometheus, watch, load);
                Event late = saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(prometheus, watch, proxy, load);
                saysThatTheStoreRefuses(prometheus, watch, proxy);
                Event failing = saysThatEventsFail(prometheus, watch, proxy);
                saysThatOneWasToHaveAGpu(prometheus, watch, instances);
                saysThatTheDeviceHasTooLittleMemory(prometheus, watch, instances.other(), load);
                saysThatTheModelDoesNotComeBack(prometheus, watch, instances.other());
                saysThatAnInstanceIsGone(prometheus, watch, instances);
                watch.awaitFiring("StreambedLatencyBurnSlow", late);
                watch.awaitFiring("StreambedFailuresBurnSlow", failing);
                saysThatARoleIsGone(prometheus, watch, instances);
                hasShownEveryPanelThatHasSomethingToShow(prometheus, watch);
                saysThatAllAreGone(prometheus, watch, instances.indexAlone());
            }
        }
    }

    private static void staysSilentWhileAllIsWell(Prometheus prometheus, Watch watch) {
        watch.awaits(
                "Answers a second",
                lines -> assertThat(lines)
                        .hasEntrySatisfying("indexed", rate -> assertThat(rate).isGreaterThan(1)));
        // A bucket that is not there would never be missed.
        prometheus.await(
                "what the targets are held against is known",
                PATIENCE,
                () -> prometheus.query("streambed:slow:ratio5m") >= 0
                        && prometheus.query("streambed:failed:ratio5m") == 0);
        prometheus.await("every instance was looked at twenty times", PATIENCE, () -> {
            assertThat(prometheus.firing()).as("all is well").isEmpty();
            return prometheus.query("min(count_over_time(up[1m]))") >= 20;
        });
        watch.awaits(HOLDS, lines -> assertThat(lines.values()).as("holds").containsOnly(0.0));
        assertThat(watch.sees("Alerts that fire")).isEmpty();
        assertThat(watch.sees(REFUSALS)).isEmpty();
    }

    private static void saysThatAProducerSendsWhatIsWrong(Prometheus prometheus, Watch watch, AlertsLoad load) {
        Event wrong = watch.happens("half of what a producer sends is no JSON", () -> load.beWrong(true));

        watch.awaitFiring("StreambedDeadLetters", wrong);
        watch.awaits(REFUSALS, lines -> assertThat(lines).containsOnlyKeys("rejected: malformed"));
        assertThat(prometheus.firing()).containsExactly("StreambedDeadLetters");
        load.beWrong(false);
    }

    /**
     * Of both at once, and of nothing that does not follow from them: late answers do.
     *
     * @return the store's return, with which they come
     */
    private static Event saysThatTheStoreIsAwayAndThatTheBulkLaneIsBehind(
            Prometheus prometheus, Watch watch, MilvusProxy proxy, AlertsLoad load) {
        Event away = watch.happens(
                "Milvus is away", () -> proxy.inject(new Fault.Fail(Fault.RpcStatus.UNAVAILABLE, Scope.ALL)));
        Event flood = watch.happens("a corpus is loaded into the bulk lane", load::flood);

        watch.awaits(
                "Refusals a second",
                lines -> assertThat(lines)
                        .hasEntrySatisfying(
                                "TRANSIENT", rate -> assertThat(rate).isPositive()));
        watch.awaitFiring("StreambedHeld", away);
        assertThat(prometheus.isFiring("StreambedHeld", "reason", "store-transient"))
                .isTrue();
        watch.awaits(HOLDS, lines -> assertThat(lines).containsEntry("index: store-transient", 1.0));
        Event back = watch.happens("Milvus is back, and what waited for it is answered late", proxy::pass);
        watch.awaitFiring("StreambedLatencyBurnFast", back);
        watch.awaitFiring("StreambedBulkBehind", flood);
        assertThat(prometheus.isFiring("StreambedBulkBehind", "lane", "bulk")).isTrue();
        watch.awaits(
                "Unread records",
                lines -> assertThat(lines)
                        .hasEntrySatisfying(
                                "bulk", records -> assertThat(records).isGreaterThan(1_000)));
        int day = 24 * ShortRules.HOUR;
        watch.awaits(
                "Seconds of work unread",
                lines -> assertThat(lines)
                        .hasEntrySatisfying(
                                "bulk", seconds -> assertThat(seconds).isGreaterThan(day)));
        prometheus.await(
                "KEDA's query says more than a day, too",
                PATIENCE,
                () -> prometheus.query(ScalingQuery.documented()) > day);
        assertThat(prometheus.firing())
                .isSubsetOf(
                        "StreambedDeadLetters",
                        "StreambedHeld",
                        "StreambedBulkBehind",
                        "StreambedLatencyBurnFast",
                        "StreambedLatencyBurnSlow");
        watch.awaitSilent("StreambedHeld");
        watch.awaits(HOLDS, lines -> assertThat(lines).containsEntry("index: store-transient", 0.0));
        return back;
    }

    private static void saysThatTheStoreRefuses(Prometheus prometheus, Watch watch, MilvusProxy proxy) {
        Event quota = watch.happens(
                "Milvus refuses writes: quota exceeded", () -> proxy.inject(new Fault.Refuse(9, "quota exceeded")));

        watch.awaitFiring("StreambedRefused", quota);
        assertThat(prometheus.isFiring("StreambedRefused", "reason", "store-stopped"))
                .isTrue();
        watch.awaits(HOLDS, lines -> assertThat(lines).containsEntry("index: store-stopped", 1.0));
        proxy.pass();
        watch.awaitSilent("StreambedRefused");
    }

    private static Event saysThatEventsFail(Prometheus prometheus, Watch watch, MilvusProxy proxy) {
        Event poison = watch.happens(
                "Milvus refuses each row for what is in it",
                () -> proxy.inject(new Fault.Refuse(1100, "invalid parameter")));

        watch.awaitFiring("StreambedFailuresBurnFast", poison);
        watch.awaits(REFUSALS, lines -> assertThat(lines).containsKey("failed: index-refused"));
        assertThat(prometheus.firing()).doesNotContain("StreambedOnCpu");
        proxy.pass();
        return poison;
    }

    private static void saysThatOneWasToHaveAGpu(Prometheus prometheus, Watch watch, AlertsInstances instances) {
        Event comes = watch.happens(
                "an instance comes that was to have a GPU", () -> prometheus.scrape(instances.addresses()));

        watch.awaitFiring("StreambedOnCpu", comes);
        assertThat(prometheus.isFiring(
                        "StreambedOnCpu", "instance", instances.indexAlone().address()))
                .isTrue();
        watch.awaits(
                "Instances of each role",
                lines -> assertThat(lines).containsEntry("embed", 2.0).containsEntry("index", 3.0));
    }

    private static void saysThatTheDeviceHasTooLittleMemory(
            Prometheus prometheus, Watch watch, ServiceProcess instance, AlertsLoad load) {
        Event small = watch.happens("a device has memory for one text at a time", () -> {
            instance.embedder(EmbedderFault.OUT_OF_MEMORY);
            load.burst();
        });

        watch.awaitFiring("StreambedOutOfMemory", small);
        assertThat(prometheus.isFiring("StreambedOutOfMemory", "instance", instance.address()))
                .isTrue();
    }

    private static void saysThatTheModelDoesNotComeBack(Prometheus prometheus, Watch watch, ServiceProcess instance) {
        Event hangs = watch.happens(
                "a batch does not return (after the 6 s of its `embed.batch-timeout`)",
                () -> instance.embedder(EmbedderFault.HANG));

        watch.awaitFiring("StreambedEmbedderStuck", hangs);
        assertThat(prometheus.isFiring("StreambedEmbedderStuck", "instance", instance.address()))
                .isTrue();
        watch.awaits(HOLDS, lines -> assertThat(lines).containsEntry("embed: embedder-stuck", 1.0));
    }

    private static void saysThatAnInstanceIsGone(Prometheus prometheus, Watch watch, AlertsInstances instances) {
        String gone = instances.other().address();
        watch.awaits("Threads", lines -> assertThat(lines).containsKey(gone).hasSize(3));
        Event killed = watch.happens(
                "an instance is killed", () -> instances.other().process().kill());

        watch.awaitFiring("StreambedInstanceDown", killed);
        assertThat(prometheus.isFiring("StreambedInstanceDown", "instance", gone))
                .isTrue();
        assertThat(prometheus.firing()).doesNotContain("StreambedAllDown", "StreambedRoleDown");
        assertThat(watch.sees(INSTANCES))
                .containsOnly(
                        Map.entry(instances.one().address(), 1.0),
                        Map.entry(gone, 0.0),
                        Map.entry(instances.indexAlone().address(), 1.0));
        watch.awaits(
                "Threads", lines -> assertThat(lines).doesNotContainKey(gone).hasSize(2));
    }

    private static void saysThatARoleIsGone(Prometheus prometheus, Watch watch, AlertsInstances instances) {
        Event killed = watch.happens(
                "the last instance of EMBED is killed",
                () -> instances.one().process().kill());

        watch.awaitFiring("StreambedRoleDown", killed);
        assertThat(prometheus.isFiring("StreambedRoleDown", "role", "embed")).isTrue();
        assertThat(prometheus.isFiring("StreambedRoleDown", "role", "index")).isFalse();
        assertThat(prometheus.firing()).doesNotContain("StreambedAllDown");
        watch.awaits("Instances of each role", lines -> assertThat(lines).containsOnly(Map.entry("index", 1.0)));
    }

    /** There is no GPU, no embedding service, and no baseline; but a reference of the canary, where this took so long. */
    private static void hasShownEveryPanelThatHasSomethingToShow(Prometheus prometheus, Watch watch) {
        Set<String> nothing = new TreeSet<>(Set.of("GPU", "Embedding service"));
        if (Double.isNaN(prometheus.query("count(count_over_time(streambed_drift_value[1h]))"))) {
            nothing.add("Distance from the baseline, of its limit");
        }
        assertThat(watch.nothingSeen())
                .as("panels that never showed a thing")
                .containsExactlyInAnyOrderElementsOf(nothing);
    }

    private static void saysThatAllAreGone(Prometheus prometheus, Watch watch, ServiceProcess last) {
        Event killed = watch.happens(
                "the last instance is killed", () -> last.process().kill());

        watch.awaitFiring("StreambedAllDown", killed);
        assertThat(watch.sees(INSTANCES).values()).hasSize(3).containsOnly(0.0);
        prometheus.await(
                "one page is enough", PATIENCE, () -> !prometheus.firing().contains("StreambedRoleDown"));
    }
}

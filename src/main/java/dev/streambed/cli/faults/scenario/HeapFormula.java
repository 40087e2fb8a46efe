package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.process.LiveHeap;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.cli.faulty.EmbedderFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether the heap is what topology/README.md says of it, at the bounds. */
final class HeapFormula {
    /** Live bytes for each byte in flight, as the formula has it: the record, and its text as a string. */
    private static final double EMBED_FACTOR = 2;

    /** The vectors and the text, both once more in the rows, and what of these is on its way to the store. */
    private static final double INDEX_FACTOR = 2.2;

    /** The process itself, at work. */
    private static final long PROCESS_BYTES = 40L << 20;

    /** What a consumer has fetched and its gate keeps back. */
    private static final double FETCH_BYTES = 8 << 20;

    /** How far the formula may be off. */
    private static final double TOLERANCE = 0.2;

    private static final long IN_FLIGHT_MEGABYTES = 16;
    private static final int DOCUMENTS = 120;
    private static final int WORDS = 50_000;

    private HeapFormula() {}

    static List<Scenario> all() {
        return List.of(new Scenario(
                        "load.heap",
                        "the embedder hangs, and then the store, until documents of 350 kB fill each stage to its bound",
                        "what the formula says of the live heap is right within 20 %",
                        Setup.PLAIN
                                .withStubOnly()
                                .withService("embed.in-flight-bytes", IN_FLIGHT_MEGABYTES + "MB")
                                .withService("index.in-flight-bytes", IN_FLIGHT_MEGABYTES + "MB"),
                        HeapFormula::saturate)
                .needing(LiveHeap::missing));
    }

    private static void saturate(Lab lab) {
        ServiceProcess service = lab.start(lab.plan().withStubRate(0)).awaitReady();
        lab.keepBusy(100, 100);
        lab.awaitAnswered(100);
        long idle = LiveHeap.settledBytesOf(service.process(), Lab.PATIENCE);
        lab.expect(
                "idle, " + (idle >> 20) + " MiB of the heap are live; at work the formula has " + (PROCESS_BYTES >> 20),
                idle <= PROCESS_BYTES);

        service.embedder(EmbedderFault.HANG);
        List<Change> large = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = "large-" + i;
            large.add(Change.of(
                    document, i, i % 2 == 0, document, null, lab.workload().content(WORDS)));
        }
        lab.feed().burst(large);
        String interactive = lab.config().topics().documents();
        String bulk = lab.config().topics().documentsBulk();
        Patience.await(
                "both lanes are full",
                Lab.PATIENCE,
                () -> isFull(service, interactive) && isFull(service, bulk),
                () -> "; in flight " + inFlight(service, interactive) + " and " + inFlight(service, bulk));
        expect(lab, service, "EMBED", EMBED_FACTOR * (inFlight(service, interactive) + inFlight(service, bulk)));

        lab.store().inject(new Fault.Hang(Scope.WRITES));
        service.embedder(EmbedderFault.NONE);
        String log = lab.config().embeddingsTopic();
        Patience.await(
                "the log fills INDEX",
                Lab.PATIENCE,
                () -> isFull(service, log) && inFlight(service, interactive) + inFlight(service, bulk) == 0,
                () -> "; in flight " + inFlight(service, log));
        expect(lab, service, "INDEX", INDEX_FACTOR * inFlight(service, log));
        lab.store().pass();
    }

    private static boolean isFull(ServiceProcess service, String topic) {
        return inFlight(service, topic) >= IN_FLIGHT_MEGABYTES << 20;
    }

    private static double inFlight(ServiceProcess service, String topic) {
        return service.metric("streambed_stage_in_flight_bytes", "topic", topic);
    }

    private static void expect(Lab lab, ServiceProcess service, String stage, double inFlight) {
        double formula = PROCESS_BYTES + inFlight + FETCH_BYTES;
        long live = LiveHeap.settledBytesOf(service.process(), Lab.PATIENCE);
        lab.expect(
                String.format(
                        Locale.ROOT,
                        "with %s full %d MiB of the heap are live; the formula says %.0f",
                        stage,
                        live >> 20,
                        formula / (1 << 20)),
                Math.abs(live - formula) <= TOLERANCE * formula);
    }
}

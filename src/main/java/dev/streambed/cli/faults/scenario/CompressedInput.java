package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.HostileEvent;
import dev.streambed.cli.faults.oracle.HostileEvent.Verdict;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.completion.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.CompressionType;

/** Little on the wire, much in memory. */
final class CompressedInput {
    /** Of each kind. */
    private static final int LARGEST = 400;

    private static final int BEYOND = 100;

    /** Beyond what a document may have, and what the topic takes as it is. */
    private static final byte[] SPACES = spaces((2 << 20) - 4_096);

    /** What no topic takes as it is. */
    private static final byte[] MANY_SPACES = spaces(15 << 20);

    /** Each of some 180 kB: sound, one window, as large as a row may be. */
    private static final int SOUND = 400;

    private static final int FIELD = 60_000;

    /** Of the stub, tokens a second, so that sound ones, of 3 tokens, are still in flight when all are sent, which takes a while. */
    private static final long SLOW_TOKENS = 5;

    private CompressedInput() {}

    static List<Scenario> all() {
        return List.of(new Scenario(
                "input.compressed",
                "batches that compress a thousandfold: records of 15 MiB, of 2 MiB, and sound ones of 180 kB; kill -9 amid them",
                "they unfold to 2.4 GB, and a heap of 512 MiB is enough, before the kill and after it",
                Setup.PLAIN.withStubOnly(),
                CompressedInput::compressed));
    }

    private static void compressed(Lab lab) {
        ServiceProcess service = lab.start(lab.plan().withStubRate(SLOW_TOKENS)).awaitReady();
        List<HostileEvent> events = new ArrayList<>();
        for (int i = 0; i < LARGEST; i++) {
            events.add(spaces(lab, events.size(), SPACES));
        }
        for (int i = 0; i < BEYOND; i++) {
            events.add(spaces(lab, events.size(), MANY_SPACES));
        }
        for (int i = 0; i < SOUND; i++) {
            events.add(sound(lab, events.size()));
        }
        Collections.shuffle(events, lab.random());
        CompressionType compression = lab.random().nextBoolean() ? CompressionType.GZIP : CompressionType.ZSTD;
        lab.feed().compressed(events, compression);
        lab.awaitAnswered(200);
        lab.awaitInFlight(service, 20);
        service = lab.killAndStartAgain(service, lab.plan());
        lab.awaitAnswered(events.size());
        ServiceProcess survivor = service;
        lab.expect("it is not running any more", survivor.process().isAlive());
        Patience.await("it is ready", Lab.PATIENCE, survivor::isReady, survivor::readiness);
        lab.expect(
                "it ran out of memory: " + survivor.tail(),
                !survivor.process().output().contains("OutOfMemoryError"));
    }

    private static byte[] spaces(int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) ' ');
        return value;
    }

    private static HostileEvent spaces(Lab lab, int number, byte[] value) {
        return event(lab, number, value, Verdict.REJECTED, value.length + " spaces");
    }

    private static HostileEvent sound(Lab lab, int number) {
        String value = "{\"id\":\"" + HostileEvent.NAME + number + "\",\"text\":\"" + "w".repeat(FIELD)
                + "\",\"title\":\"" + "t".repeat(FIELD) + "\",\"metadata\":{\"m\":\"" + "m".repeat(FIELD) + "\"}}";
        return event(lab, number, value.getBytes(StandardCharsets.UTF_8), Verdict.DONE, "180 kB that compress well");
    }

    private static HostileEvent event(Lab lab, int number, byte[] value, Verdict verdict, String what) {
        String id = HostileEvent.NAME + number;
        byte[] eventId = ("event-of-" + id).getBytes(StandardCharsets.UTF_8);
        return new HostileEvent(
                "event-of-" + id,
                lab.random().nextBoolean(),
                id.getBytes(StandardCharsets.UTF_8),
                value,
                null,
                List.of(new RecordHeader(EventHeaders.ID, eventId)),
                verdict,
                what);
    }
}

package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.HostileEvent;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.completion.Outcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Records that nobody in his right mind sends. */
final class HostileInput {
    private static final int HOSTILE = 3_000;
    private static final int SOUND = 300;

    private HostileInput() {}

    static List<Scenario> all() {
        return List.of(new Scenario(
                "input.hostile",
                "thousands of records that are wrong in value, header, key or place, or mutated, among sound ones",
                "each is answered in one way, what is wrong is REJECTED and its bytes are in the dead letters,"
                        + " and the sound ones are not disturbed",
                Setup.PLAIN.withStubOnly(),
                HostileInput::hostile));
    }

    private static void hostile(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        Malice malice =
                new Malice(lab.random(), lab.partitionsOf(lab.config().topics().documents()));
        lab.feed().trickle(lab.workload().next(SOUND, SOUND / 2), 20);
        List<HostileEvent> hostile =
                Stream.generate(malice::next).limit(HOSTILE).toList();
        lab.feed().hostile(hostile);
        lab.awaitAnswered(HOSTILE + SOUND);
        lab.expect("it is not ready: " + service.readiness(), service.isReady());

        Set<ByteBuffer> letters = lab.deadLetters().stream()
                .map(ConsumerRecord::value)
                .map(HostileInput::wrap)
                .collect(Collectors.toSet());
        long missing = lab.feed().hostile().stream()
                .filter(event ->
                        lab.answers().of(String.valueOf(event.eventId())).get(0).outcome() == Outcome.REJECTED)
                .filter(event -> !letters.contains(wrap(event.value())))
                .count();
        lab.expect(missing + " rejected values are not in the dead letters", missing == 0);
    }

    private static ByteBuffer wrap(byte @Nullable [] value) {
        return ByteBuffer.wrap(value == null ? new byte[0] : value);
    }
}

package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.FakeClock;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.process.SmallDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The service's process lacks what it takes for granted: room on its disk, a clock, memory. */
final class StarvedService {
    private static final int DOCUMENTS = 200;
    private static final int DISK_MEGABYTES = 48;
    private static final long HOUR_SECONDS = 3_600;

    /** Room for the time that the question takes. */
    private static final long CLOCK_SECONDS = 10;

    private static final String SMALL_HEAP = "-Xmx160m";

    private StarvedService() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                                "service.full-disk",
                                "the disk of its state is full, and it is killed and starts again there; then there is room",
                                "goes on while it runs; says why it does not start; starts by itself when there is room",
                                Setup.PLAIN,
                                StarvedService::fullDisk)
                        .needing(SmallDisk::missing),
                new Scenario(
                                "service.clock",
                                "its wall clock jumps an hour ahead, and two back, and is right again",
                                "goes on answering after each jump, and never writes an older version over a newer one",
                                Setup.PLAIN,
                                StarvedService::clock)
                        .needing(FakeClock::missing),
                new Scenario(
                        "service.small-heap",
                        "a heap of 160 MiB, a third of the usual one",
                        "does all its work in it, or says at the start that it cannot",
                        Setup.PLAIN,
                        StarvedService::smallHeap));
    }

    private static void fullDisk(Lab lab) {
        SmallDisk disk = lab.keep(SmallDisk.mount(lab.directory("service").resolve("state"), DISK_MEGABYTES));
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.keepBusy(200, DOCUMENTS);
        lab.awaitAnswered(100);
        disk.fill();
        int answered = lab.answers().answered();
        lab.keepBusy(300, DOCUMENTS);
        // More than were open when it was full.
        lab.awaitAnswered(answered + 200);
        lab.expect("it is not running any more", service.process().isAlive());
        lab.kill(service);
        ServiceProcess successor = lab.start(lab.plan());
        Patience.await(
                "it says that it cannot write its state",
                Lab.PATIENCE,
                () -> saysWhy(successor),
                () -> "; " + successor.readiness() + "; it printed " + successor.tail());
        lab.expect("it is ready without a disk", !successor.isReady());
        disk.free();
        if (successor.process().isAlive()) {
            successor.awaitReady();
        } else {
            lab.start(lab.plan()).awaitReady(); // as an orchestrator would
        }
    }

    private static boolean saysWhy(ServiceProcess service) {
        String reason = service.process().isAlive() ? service.readiness() : service.tail();
        return reason.contains("No space left");
    }

    private static void clock(Lab lab) {
        FakeClock clock = new FakeClock(lab.directory("service").resolve("clock"));
        ServiceProcess service =
                lab.start(lab.plan().within(List.of(), clock.environment())).awaitReady();
        lab.keepBusy(200, DOCUMENTS);
        lab.awaitAnswered(50);
        for (long wrong : new long[] {HOUR_SECONDS, -HOUR_SECONDS, 0}) {
            // A clock that is set back replaces the stream threads: what is in flight is done again.
            lab.mayRepeat(service);
            clock.shift(wrong);
            Patience.await(
                    "its clock is wrong by " + wrong + " s",
                    Lab.PATIENCE,
                    () -> Math.abs(wrongBy(service) - wrong) <= CLOCK_SECONDS,
                    () -> ", but by " + wrongBy(service));
            lab.pause(Duration.ofSeconds(1), Duration.ofSeconds(3));
            lab.keepBusy(200, DOCUMENTS);
            lab.awaitAnswered(lab.answers().answered() + 100);
            lab.expect("it is not running any more", service.process().isAlive());
            lab.expect("it is not live: " + service.liveness(), service.isLive());
        }
        Patience.await("it is ready", Lab.PATIENCE, service::isReady, service::readiness);
    }

    private static long wrongBy(ServiceProcess service) {
        return Duration.between(Instant.now(), service.clock()).toSeconds();
    }

    private static void smallHeap(Lab lab) {
        List<String> jvm = ServiceProcess.Plan.JVM.stream()
                .map(option -> option.startsWith("-Xmx") ? SMALL_HEAP : option)
                .toList();
        ServiceProcess service = lab.start(lab.plan().withJvm(jvm)).awaitReady();
        for (int round = 0; round < 3; round++) {
            lab.keepBusy(300, DOCUMENTS);
            lab.awaitAnswered(lab.answers().answered() + 200);
        }
        service = lab.killAndStartAgain(service, lab.plan().withJvm(jvm));
        lab.keepBusy(200, DOCUMENTS);
        lab.awaitAnswered(lab.answers().answered() + 100);
        lab.expect(
                "it is not ready: " + service.readiness(), service.awaitReady().isReady());
        lab.expect(
                "it ran out of memory: " + service.tail(),
                !service.process().output().contains("OutOfMemoryError"));
    }
}

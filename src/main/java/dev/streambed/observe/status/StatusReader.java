package dev.streambed.observe.status;

import dev.streambed.observe.lag.LagGroup;
import dev.streambed.observe.lag.LagSnapshot;
import dev.streambed.observe.status.Status.Embedder;
import dev.streambed.observe.status.Status.Gpu;
import dev.streambed.observe.status.Status.Health;
import dev.streambed.observe.status.Status.Instance;
import dev.streambed.observe.status.Status.Lane;
import dev.streambed.observe.status.Status.Outcome;
import dev.streambed.observe.status.Status.Stage;
import dev.streambed.observe.status.Status.Step;
import dev.streambed.observe.status.Status.Store;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a {@link Status} together: from the meters, so that page and {@code /metrics} cannot differ, the last reading of the lag, and what the service
 * says of itself. Asks nobody outside the process. Any thread; a thread of its own looks at the holds once a second, for since when they last.
 */
public final class StatusReader implements Supplier<Status>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReader.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final StatusFacts facts;
    private final MeterRegistry registry;
    private final Supplier<Standing> standing;
    private final Supplier<LagSnapshot> lag;
    private final Clock clock;
    private final HoldHistory holds = new HoldHistory();
    private final ScheduledExecutorService looking;

    /**
     * Without its thread: the holds are looked at with each answer alone.
     *
     * @param registry where the process's meters are
     * @param standing asked for each answer, from any thread: quick
     * @param lag its last reading, likewise
     */
    StatusReader(
            StatusFacts facts,
            MeterRegistry registry,
            Supplier<Standing> standing,
            Supplier<LagSnapshot> lag,
            Clock clock) {
        this.facts = facts;
        this.registry = registry;
        this.standing = standing;
        this.lag = lag;
        this.clock = clock;
        this.looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "hold-history");
            made.setDaemon(true);
            return made;
        });
    }

    /** Begins to look. */
    public static StatusReader start(
            StatusFacts facts,
            MeterRegistry registry,
            Supplier<Standing> standing,
            Supplier<LagSnapshot> lag,
            Clock clock) {
        StatusReader reader = new StatusReader(facts, registry, standing, lag, clock);
        var unused = reader.looking.scheduleWithFixedDelay(reader::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return reader;
    }

    private void look() {
        try {
            holds.look(standing.get().holds(), clock.millis());
        } catch (RuntimeException e) {
            // Anything thrown would end the schedule without a word.
            LOG.warn("The holds could not be looked at", e);
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }

    @Override
    public Status get() {
        Meters meters = Meters.of(registry);
        Standing now = standing.get();
        LagSnapshot behind = lag.get();
        long millis = clock.millis();
        holds.look(now.holds(), millis);
        return new Status(
                millis,
                instance(meters),
                new Health(now.live(), now.holds().isEmpty(), holds.present(), holds.past()),
                facts.groups().stream()
                        .map(group -> stage(group, now, behind, meters))
                        .toList(),
                embedder(meters),
                store(meters),
                outcomes(meters),
                steps(meters),
                behind.readAt().equals(Instant.EPOCH) ? null : behind.readAt().toEpochMilli(),
                Math.round(meters.count("streambed.lag.failures")),
                gpu(meters),
                DriftReader.read(meters),
                now.driftHeld());
    }

    private Instance instance(Meters meters) {
        return new Instance(
                facts.version(),
                facts.name(),
                facts.pipeline(),
                facts.startedAtMillis(),
                heap(meters, "jvm.memory.used"),
                heap(meters, "jvm.memory.max"),
                meters.gauge("process.cpu.usage"));
    }

    /** Over its pools; some have no bound of their own, and say -1. */
    private static @Nullable Double heap(Meters meters, String name) {
        return meters.has(name)
                ? meters.named(name, "area", "heap")
                        .mapToDouble(Meters::orZero)
                        .filter(bytes -> bytes > 0)
                        .sum()
                : null;
    }

    private static Stage stage(LagGroup group, Standing now, LagSnapshot behind, Meters meters) {
        String stage = group.role();
        Standing.@Nullable OfStage standing = now.stages().stream()
                .filter(each -> each.stage().equals(stage))
                .findFirst()
                .orElse(null);
        return new Stage(
                stage,
                group.id(),
                group.inputs().stream()
                        .map(input -> lane(group, input, behind, meters))
                        .toList(),
                first(meters.named("streambed.stage.live.events", "stage", stage)),
                first(meters.named("streambed.stage.unanswered.events", "stage", stage)),
                first(meters.named("streambed.stage.answered.events", "stage", stage)),
                standing == null ? null : Lags.known(standing.oldestSeconds()),
                standing == null ? List.of() : standing.holds());
    }

    private static Lane lane(LagGroup group, LagGroup.Input input, LagSnapshot behind, Meters meters) {
        return new Lane(
                input.topic(),
                input.lane(),
                first(meters.named("streambed.stage.in.flight", "topic", input.topic())),
                first(meters.named("streambed.stage.in.flight.limit", "topic", input.topic())),
                Lags.of(behind, group.id(), input.topic()));
    }

    private static @Nullable Embedder embedder(Meters meters) {
        if (!meters.has("streambed.embed.token.budget")) {
            return null;
        }
        Meter.@Nullable Id device = meters.named("streambed.embed.device")
                .findFirst()
                .map(Meter::getId)
                .orElse(null);
        return new Embedder(
                device == null ? null : device.getTag("device"),
                device == null ? null : device.getTag("precision"),
                meters.gauge("streambed.embed.slots"),
                meters.gauge("streambed.embed.running.batches"),
                meters.gauge("streambed.embed.queued.chunks"),
                meters.gauge("streambed.embed.token.budget"),
                meters.count("streambed.embed.tokens.real"),
                meters.count("streambed.embed.tokens.padded"),
                Math.round(meters.count("streambed.embed.model")),
                meters.total("streambed.embed.model"),
                meters.gauge("streambed.embedder.limit"));
    }

    private @Nullable Store store(Meters meters) {
        Double hold = meters.gauge("streambed.index.hold");
        if (hold == null) {
            return null;
        }
        List<Timer> upserts = meters.named("streambed.index.call", "op", "upsert")
                .filter(Timer.class::isInstance)
                .map(Timer.class::cast)
                .toList();
        return new Store(
                facts.storeType(),
                hold > 0,
                meters.gauge("streambed.index.inflight"),
                facts.callsAtOnce(),
                facts.rowsPerCall(),
                meters.gauge("streambed.index.queued.documents"),
                meters.gauge("streambed.index.queued.rows"),
                upserts.stream().mapToLong(Timer::count).sum(),
                meters.named("streambed.index.call.rows", "op", "upsert")
                        .mapToDouble(Meters::totalOf)
                        .sum(),
                meters.count("streambed.index.retries"),
                upserts.stream().findFirst().map(Histogram::of).orElse(List.of()));
    }

    private static List<Outcome> outcomes(Meters meters) {
        return meters.named("streambed.outcomes")
                .map(meter -> new Outcome(
                        Meters.tag(meter, "stage"),
                        Meters.tag(meter, "lane"),
                        Meters.tag(meter, "outcome"),
                        Meters.tag(meter, "reason"),
                        Math.round(Meters.orZero(meter))))
                .filter(outcome -> outcome.count() > 0)
                .sorted(Comparator.comparing(Outcome::stage)
                        .thenComparing(Outcome::lane)
                        .thenComparing(Outcome::outcome)
                        .thenComparing(Outcome::reason))
                .toList();
    }

    private static List<Step> steps(Meters meters) {
        return meters.named("streambed.step")
                .filter(Timer.class::isInstance)
                .map(Timer.class::cast)
                .map(timer -> {
                    List<Status.Bucket> buckets = Histogram.of(timer);
                    return new Step(
                            Meters.tag(timer, "stage"),
                            Meters.tag(timer, "lane"),
                            Meters.tag(timer, "step"),
                            timer.count(),
                            Histogram.quantile(buckets, 0.5),
                            Histogram.quantile(buckets, 0.99),
                            buckets);
                })
                .sorted(Comparator.comparing(Step::stage)
                        .thenComparing(Step::lane)
                        .thenComparing(Step::step))
                .toList();
    }

    private static @Nullable Gpu gpu(Meters meters) {
        return meters.has("streambed.gpu.utilization")
                ? new Gpu(
                        meters.gauge("streambed.gpu.utilization"),
                        meters.gauge("streambed.gpu.memory.used"),
                        meters.gauge("streambed.gpu.memory.total"),
                        meters.gauge("streambed.gpu.temperature"))
                : null;
    }

    private static @Nullable Double first(Stream<Meter> meters) {
        return meters.findFirst().map(Meters::value).orElse(null);
    }
}

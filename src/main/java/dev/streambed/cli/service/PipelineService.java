package dev.streambed.cli.service;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.index.Hit;
import dev.streambed.index.IndexException;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.StageFigures;
import dev.streambed.observe.StageMetrics;
import dev.streambed.observe.drift.DriftMonitor;
import dev.streambed.observe.drift.DriftSnapshot;
import dev.streambed.observe.drift.VectorObserver;
import dev.streambed.observe.lag.Pace;
import dev.streambed.observe.status.Hold;
import dev.streambed.observe.trace.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One process of a pipeline: the model, the store, and the stages of its roles. Each stage is started by a {@link StageStarter}, so
 * that a broker or a store that is not there yet delays the stage and not the process. Thread-safe.
 */
final class PipelineService implements Service {
    private static final Duration QUERY_PATIENCE = Duration.ofSeconds(30);

    private final EmbeddingEngine engine;
    private final Store store;
    private final Tracing tracing;
    private final @Nullable DriftMonitor drift;
    private final Map<Role, StageStarter> stages = new EnumMap<>(Role.class);
    private final MeterRegistry registry;
    private final Duration shutdownTimeout;

    private PipelineService(
            EmbeddingEngine engine,
            Store store,
            Tracing tracing,
            @Nullable DriftMonitor drift,
            MeterRegistry registry,
            Duration shutdownTimeout) {
        this.engine = engine;
        this.store = store;
        this.tracing = tracing;
        this.drift = drift;
        this.registry = registry;
        this.shutdownTimeout = shutdownTimeout;
    }

    /**
     * Loads the model and starts the stages of the roles.
     *
     * @param engines opens the embedder; it becomes the service's, which closes it
     * @param stores makes the store of that engine's vectors; likewise
     * @throws RuntimeException if the model cannot be loaded, or the state directory not be written
     */
    static PipelineService start(
            StreambedConfig config,
            Set<Role> roles,
            MeterRegistry registry,
            Supplier<EmbeddingEngine> engines,
            Function<EmbeddingEngine, Store> stores) {
        Tracing tracing = Traces.open(config, "streambed", registry);
        try {
            return start(config, roles, registry, engines.get(), stores, tracing);
        } catch (RuntimeException e) {
            tracing.close();
            throw e;
        }
    }

    private static PipelineService start(
            StreambedConfig config,
            Set<Role> roles,
            MeterRegistry registry,
            EmbeddingEngine engine,
            Function<EmbeddingEngine, Store> stores,
            Tracing tracing) {
        Store store = stores.apply(engine);
        DriftMonitor drift = roles.contains(Role.EMBED) && config.drift().enabled()
                ? Drift.start(config, engine, registry, Clock.systemUTC())
                : null;
        PipelineService service = new PipelineService(
                engine,
                store,
                tracing,
                drift,
                registry,
                config.shutdown().timeout().toJavaTime());
        VectorObserver observer = drift == null ? VectorObserver.NONE : drift.observer();
        Wiring wiring = new Wiring(config, engine, store, tracing, observer, registry, Clock.systemUTC());
        for (Role role : Role.values()) {
            if (roles.contains(role)) {
                service.stages.put(role, StageStarter.start(role.toString(), wiring.of(role)));
                new StageMetrics(registry, config.pipeline().name(), role.toString())
                        .watchHolds(() -> service.holds(role));
            }
        }
        return service;
    }

    @Override
    public @Nullable String notReadyReason() {
        List<Hold> holds = holds();
        return holds.isEmpty() ? null : holds.stream().map(Hold::reason).collect(Collectors.joining("; "));
    }

    @Override
    public List<Hold> holds() {
        String held = store.holdReason();
        List<Hold> holds = new ArrayList<>();
        add(holds, "process", HoldCode.EMBEDDER_STUCK, notLiveReason());
        stages.forEach((role, stage) -> add(holds, role.toString(), stage.notReadyCode(), stage.notReadyReason()));
        add(holds, "embedder", engine.holdCode(), engine.holdReason());
        add(holds, "store", store.holdCode(), held == null ? null : Role.INDEX + " holds: " + held);
        return holds;
    }

    /** Code and words are asked for one after the other, and the hold may end in between. */
    private static void add(List<Hold> holds, String part, @Nullable HoldCode code, @Nullable String reason) {
        if (reason != null) {
            holds.add(new Hold(part, (code == null ? HoldCode.NOT_RUNNING : code).wireName(), reason));
        }
    }

    @Override
    public @Nullable String notLiveReason() {
        return engine.stuckReason();
    }

    @Override
    public List<StageFigures> stages() {
        List<StageFigures> figures = new ArrayList<>();
        stages.forEach(
                (role, stage) -> figures.add(new StageFigures(role.toString(), holds(role), stage.oldestSeconds())));
        return figures;
    }

    private Set<HoldCode> holds(Role role) {
        StageStarter stage = stages.get(role);
        Set<HoldCode> holds = EnumSet.noneOf(HoldCode.class);
        if (stage != null) {
            holds.addAll(stage.holds());
        }
        if (role == Role.EMBED && engine.stuckReason() != null) {
            holds.add(HoldCode.EMBEDDER_STUCK);
        }
        HoldCode ofWorker = role == Role.EMBED ? engine.holdCode() : store.holdCode();
        if (ofWorker != null) {
            holds.add(ofWorker);
        }
        return holds;
    }

    @Override
    public Pace pace(Role role) {
        return switch (role) {
            case EMBED -> Pace.ofTokens(tokensPerByte(), engine.busyTokensPerSecond());
            case INDEX -> Pace.ofRecords(store.busyDocumentsPerSecond());
        };
    }

    /** Of all that was embedded since the start: what is behind is like it, as a rule. */
    private double tokensPerByte() {
        Counter bytes = registry.find(OutcomeMetrics.EMBEDDED_BYTES).counter();
        Counter tokens = registry.find(OutcomeMetrics.EMBEDDED_TOKENS).counter();
        return bytes == null || tokens == null || bytes.count() == 0 ? Double.NaN : tokens.count() / bytes.count();
    }

    @Override
    public @Nullable DriftSnapshot drift() {
        return drift == null ? null : drift.snapshot();
    }

    @Override
    public List<List<Hit>> search(List<String> queries, int k) throws Exception {
        List<CompletableFuture<float[]>> vectors =
                queries.stream().map(engine::embedQuery).collect(Collectors.toList());
        List<List<Hit>> hits = new ArrayList<>(queries.size());
        for (CompletableFuture<float[]> vector : vectors) {
            hits.add(search(vector.get(QUERY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS), k));
        }
        return hits;
    }

    private List<Hit> search(float[] vector, int k) throws IndexException {
        return store.index().search(vector, k);
    }

    /** EMBED first: what it finishes is INDEX's to write while there is time. */
    @Override
    public void close() {
        long until = System.nanoTime() + shutdownTimeout.toNanos();
        store.stop();
        for (Role role : List.of(Role.EMBED, Role.INDEX)) {
            StageStarter stage = stages.get(role);
            if (stage != null) {
                Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
                stage.drain(
                        role == Role.EMBED && stages.containsKey(Role.INDEX)
                                ? left.multipliedBy(2).dividedBy(3)
                                : left);
            }
        }
        if (drift != null) {
            drift.close();
        }
        store.close();
        engine.close();
        tracing.close();
    }
}

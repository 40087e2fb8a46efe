package dev.streambed.observe.drift;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is concluded from windows and canary: the model is another one where the canary has moved, whatever the windows say; the data are
 * others where a window is beyond its limits, and the canary was asked after that, answered, and had not moved. While its rounds are given up
 * nobody can say which of the two it is, and nothing is concluded. Owned by the drift thread; does no I/O, and knows no clock but what it is
 * told.
 */
final class DriftWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);

    /** Baselines in the making hold vectors, so there are few at once; other tenants wait. */
    static final int GATHERING_AT_ONCE = 4;

    private final DriftOptions options;
    private final Projections projections;
    private final CanaryWatch canary;
    private final Map<String, TenantDrift> tenants = new LinkedHashMap<>();
    private long waiting;
    private long taken;
    private long overflowed;
    private boolean modelDetected;

    DriftWatch(DriftOptions options, CanaryWatch canary) {
        this.options = options;
        this.projections = new Projections(options.dimension());
        this.canary = canary;
    }

    /** A chunk has come. */
    void take(Sample sample, long nowMillis) {
        TenantDrift tenant = own(sample.tenant());
        if (tenant == null) {
            overflowed++;
            tenant = tenants.computeIfAbsent(DriftOptions.OTHER, this::made);
        }
        if (tenant.isIdle() && mayGather(nowMillis)) {
            tenant.gather(nowMillis);
        }
        if (!tenant.take(sample.chunk())) {
            waiting++;
            return;
        }
        taken++;
        closeIfDue(tenant, nowMillis);
    }

    /** Whether a baseline may be begun; a tenant that has been at its own for too long gives way, and begins again when it is its turn. */
    private boolean mayGather(long nowMillis) {
        List<TenantDrift> gathering =
                tenants.values().stream().filter(TenantDrift::isGathering).toList();
        if (gathering.size() < GATHERING_AT_ONCE) {
            return true;
        }
        Optional<TenantDrift> slow =
                gathering.stream().filter(tenant -> tenant.isSlow(nowMillis)).findFirst();
        slow.ifPresent(TenantDrift::clear);
        return slow.isPresent();
    }

    /** The tenant's own place, or null where all are taken. */
    private @Nullable TenantDrift own(String name) {
        boolean isOther = name.equals(DriftOptions.OTHER);
        int places = tenants.size() - (tenants.containsKey(DriftOptions.OTHER) ? 1 : 0);
        return isOther || tenants.containsKey(name) || places < options.maxTenants()
                ? tenants.computeIfAbsent(name, this::made)
                : null;
    }

    private TenantDrift made(String name) {
        return new TenantDrift(name, options, projections);
    }

    /** Time has passed: asks the canary's next text, does what has become due for the tenants, and draws the conclusions. */
    void tick(long nowMillis) {
        canary.tick(nowMillis);
        tenants.values().forEach(tenant -> closeIfDue(tenant, nowMillis));
        conclude();
    }

    private void closeIfDue(TenantDrift tenant, long nowMillis) {
        boolean before = tenant.moved();
        if (tenant.closeIfDue(nowMillis) && tenant.moved() && !before) {
            canary.hurry(); // is it the data, or the model?
        }
    }

    private void conclude() {
        boolean model = canary.state() == CanaryWatch.State.MOVED;
        if (model != modelDetected) {
            modelDetected = model;
            sayOfTheModel(model);
        }
        for (TenantDrift tenant : tenants.values()) {
            // Since the first window of several: a round takes a minute, and windows may be younger than that when the
            // next one closes.
            boolean data = tenant.moved()
                    && !model
                    && (tenant.isDetected() || canary.isSteadySince(tenant.movedSinceMillis()));
            if (data != tenant.isDetected()) {
                tenant.setDetected(data);
                sayOfTheData(tenant.name(), tenant.report(), model);
            }
        }
    }

    private void sayOfTheModel(boolean moved) {
        CanaryReference reference = canary.reference();
        double limit = reference == null ? Double.NaN : reference.limit();
        if (moved) {
            LOG.warn(
                    "Drift of pipeline {}, cause: model. The canary's texts have other vectors than at first (mean cosine distance {}, limit {}):"
                            + " another model, driver, precision, or service behind the address. See docs/drift.md",
                    options.pipeline(),
                    canary.distance(),
                    limit);
        } else {
            LOG.info("Drift of pipeline {}, cause: model, is over: distance {}", options.pipeline(), canary.distance());
        }
    }

    private void sayOfTheData(String tenant, @Nullable WindowReport report, boolean model) {
        if (report != null && !report.moved().isEmpty() && !model) {
            LOG.warn(
                    "Drift of pipeline {}, tenant {}, cause: data. {} vectors differ from the baseline: {}; the canary is {}. See docs/drift.md",
                    options.pipeline(),
                    tenant,
                    report.vectors(),
                    report.movedInWords(),
                    canary.state());
        } else {
            LOG.info("Drift of pipeline {}, tenant {}, cause: data, is over", options.pipeline(), tenant);
        }
    }

    /** What the topic says, in its order. */
    void adopt(DriftTopic.Change change, long nowMillis) {
        DriftEntry entry = change.entry();
        if (entry == null) {
            forget(change.key());
        } else if (entry.fingerprint().equals(options.fingerprint())) {
            adopt(entry, nowMillis);
        } // else another pipeline's of this name: its instances may still run
    }

    /** An entry that was written to the topic, or read from it. */
    void adopt(DriftEntry entry, long nowMillis) {
        if (entry instanceof CanaryReference reference) {
            canary.adopt(reference);
        } else if (entry instanceof Baseline baseline) {
            TenantDrift tenant = own(baseline.tenant());
            if (tenant != null && baseline.sum().length == options.dimension()) {
                tenant.adopt(baseline, nowMillis);
            }
        }
    }

    private void forget(String key) {
        if (key.equals(DriftEntry.prefix(CanaryReference.KIND, options.fingerprint()))) {
            canary.forget();
        }
        String baselines = DriftEntry.prefix(Baseline.KIND, options.fingerprint()) + "/";
        if (key.startsWith(baselines)) {
            TenantDrift tenant = tenants.get(key.substring(baselines.length()));
            if (tenant != null) {
                tenant.clear();
            }
        }
    }

    /** What is to be written to the topic. */
    List<DriftEntry> candidates() {
        List<DriftEntry> candidates = new ArrayList<>();
        CanaryReference reference = canary.candidate();
        if (reference != null) {
            candidates.add(reference);
        }
        for (TenantDrift tenant : tenants.values()) {
            Baseline candidate = tenant.candidate();
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        return candidates;
    }

    /** Drops what is under way. */
    void cancel() {
        canary.cancel();
    }

    /**
     * What can be seen from outside.
     *
     * @param held why nothing is watched, or null; then the canary's trouble is told, without which a window has no cause
     */
    DriftSnapshot snapshot(@Nullable String held) {
        String trouble = canary.trouble();
        String why = held != null || trouble == null
                ? held
                : "the canary's last round was given up, and what differs has no cause until one ends: " + trouble;
        return DriftSnapshot.of(why, modelDetected, canary, tenants.values());
    }

    /** Vectors that are held on to: those of the baselines in the making. */
    int keptVectors() {
        return tenants.values().stream().mapToInt(TenantDrift::keptVectors).sum();
    }

    /** Chunks that were counted in. */
    long taken() {
        return taken;
    }

    /** Chunks of tenants that wait for their baseline's turn, or for Kafka to take it. */
    long waiting() {
        return waiting;
    }

    /** Chunks of tenants that have no place of their own. */
    long overflowed() {
        return overflowed;
    }

    /** Rounds of the canary that were given up. */
    long canaryFailures() {
        return canary.failures();
    }
}

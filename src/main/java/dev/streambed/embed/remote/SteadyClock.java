package dev.streambed.embed.remote;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A clock that only goes forward, for the breaker: one set back by an hour must not hold it open for as long. Any thread. */
final class SteadyClock extends Clock {
    private final LongSupplier nanoClock;

    SteadyClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanoClock.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

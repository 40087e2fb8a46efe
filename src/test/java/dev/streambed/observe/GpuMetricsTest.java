package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class GpuMetricsTest {
    @Test
    void namesTheDeviceAsTheDriverDoes() {
        assertThat(GpuMetrics.deviceName(0, null)).isEqualTo("0");
        assertThat(GpuMetrics.deviceName(1, "")).isEqualTo("1");
        assertThat(GpuMetrics.deviceName(1, "3, 5")).isEqualTo("5");
        assertThat(GpuMetrics.deviceName(0, "GPU-8f6b")).isEqualTo("GPU-8f6b");
    }

    /** With a driver the figures make sense; without one nothing is registered, and nothing fails. */
    @Test
    void isThereWithADriverAndAbsentWithoutOne() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        GpuMetrics metrics = GpuMetrics.start(registry, 0, null);
        if (metrics == null) {
            assertThat(registry.getMeters()).isEmpty();
            return;
        }
        double total = registry.get("streambed.gpu.memory.total").gauge().value();
        assertThat(total).isGreaterThan(1 << 28);
        assertThat(registry.get("streambed.gpu.memory.used").gauge().value()).isBetween(0.0, total);
        assertThat(registry.get("streambed.gpu.utilization").gauge().value()).isBetween(0.0, 1.0);
        assertThat(registry.get("streambed.gpu.temperature").gauge().value()).isBetween(1.0, 120.0);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }
}

package dev.streambed.observe;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU's utilisation, memory and temperature among the metrics, as its driver tells them when they are asked for. Owns the library's
 * initialisation and its gauges until {@link #close}; the thread that scrapes reads them.
 */
public final class GpuMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GpuMetrics.class);

    private final Nvml nvml;
    private final Pointer device;
    private final MeterRegistry registry;
    private final List<Gauge> gauges;

    GpuMetrics(Nvml nvml, Pointer device, MeterRegistry registry) {
        this.nvml = nvml;
        this.device = device;
        this.registry = registry;
        this.gauges = List.of(
                gauge(
                        "streambed.gpu.utilization",
                        null,
                        "Share of the last second in which a kernel ran",
                        this::utilization),
                gauge(
                        "streambed.gpu.memory.used",
                        "bytes",
                        "Memory of the card in use, of all processes",
                        () -> memory(memory -> memory.used)),
                gauge(
                        "streambed.gpu.memory.total",
                        "bytes",
                        "Memory of the card",
                        () -> memory(memory -> memory.total)),
                gauge("streambed.gpu.temperature", null, "Of the card, degrees Celsius", this::temperature));
    }

    /**
     * Registers the gauges.
     *
     * @param deviceId as CUDA counts
     * @param visibleDevices the variable {@code CUDA_VISIBLE_DEVICES}, or null
     * @return null where the driver's library is not there or does not know the device, which is logged
     */
    public static @Nullable GpuMetrics start(MeterRegistry registry, int deviceId, @Nullable String visibleDevices) {
        Nvml nvml;
        try {
            nvml = Nvml.load();
        } catch (UnsatisfiedLinkError e) {
            LOG.info("No metrics of the GPU: its driver's library does not load: {}", e.getMessage());
            return null;
        }
        int initialised = nvml.nvmlInit_v2();
        if (initialised != 0) {
            LOG.warn("No metrics of the GPU: {}", nvml.nvmlErrorString(initialised));
            return null;
        }
        String name = deviceName(deviceId, visibleDevices);
        PointerByReference handle = new PointerByReference();
        int found = name.chars().allMatch(Character::isDigit)
                ? nvml.nvmlDeviceGetHandleByIndex_v2(Integer.parseInt(name), handle)
                : nvml.nvmlDeviceGetHandleByUUID(name, handle);
        if (found != 0) {
            LOG.warn("No metrics of the GPU {}: {}", name, nvml.nvmlErrorString(found));
            nvml.nvmlShutdown();
            return null;
        }
        return new GpuMetrics(nvml, handle.getValue(), registry);
    }

    /**
     * The device as the driver's library knows it: a number or a UUID. CUDA counts among what it may see; where it orders devices by
     * speed and they differ, set {@code CUDA_DEVICE_ORDER=PCI_BUS_ID}, for the driver's library counts by bus.
     */
    static String deviceName(int deviceId, @Nullable String visibleDevices) {
        if (visibleDevices == null || visibleDevices.isBlank()) {
            return Integer.toString(deviceId);
        }
        String[] visible = visibleDevices.split(",", -1);
        return deviceId < visible.length ? visible[deviceId].trim() : Integer.toString(deviceId);
    }

    private Gauge gauge(String name, @Nullable String unit, String description, DoubleSupplier value) {
        return Gauge.builder(name, value::getAsDouble)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private double utilization() {
        Nvml.Utilization utilization = new Nvml.Utilization();
        return nvml.nvmlDeviceGetUtilizationRates(device, utilization) == 0 ? utilization.gpu / 100.0 : Double.NaN;
    }

    /** What the driver does not say is no 0: that would read as a card that is free. */
    private double memory(ToDoubleFunction<Nvml.Memory> figure) {
        Nvml.Memory memory = new Nvml.Memory();
        return nvml.nvmlDeviceGetMemoryInfo(device, memory) == 0 ? figure.applyAsDouble(memory) : Double.NaN;
    }

    private double temperature() {
        IntByReference celsius = new IntByReference();
        return nvml.nvmlDeviceGetTemperature(device, Nvml.TEMPERATURE_GPU, celsius) == 0
                ? celsius.getValue()
                : Double.NaN;
    }

    @Override
    public void close() {
        gauges.forEach(registry::remove);
        nvml.nvmlShutdown();
    }
}

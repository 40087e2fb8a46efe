package dev.streambed.observe;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of a GPU where there is none. */
public final class GpuMeters {
    private static final int NOT_SUPPORTED = 3;

    private GpuMeters() {}

    /** Registers them; their driver knows no figure. */
    public static GpuMetrics register(MeterRegistry registry) {
        return new GpuMetrics(new Unsupported(), Pointer.NULL, registry);
    }

    private static final class Unsupported implements Nvml {
        @Override
        public int nvmlInit_v2() {
            return NOT_SUPPORTED;
        }

        @Override
        public int nvmlShutdown() {
            return NOT_SUPPORTED;
        }

        @Override
        public String nvmlErrorString(int result) {
            return "not supported";
        }

        @Override
        public int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device) {
            return NOT_SUPPORTED;
        }

        @Override
        public int nvmlDeviceGetHandleByUUID(String uuid, PointerByReference device) {
            return NOT_SUPPORTED;
        }

        @Override
        public int nvmlDeviceGetUtilizationRates(Pointer device, Utilization utilization) {
            return NOT_SUPPORTED;
        }

        @Override
        public int nvmlDeviceGetMemoryInfo(Pointer device, Memory memory) {
            return NOT_SUPPORTED;
        }

        @Override
        public int nvmlDeviceGetTemperature(Pointer device, int sensor, IntByReference celsius) {
            return NOT_SUPPORTED;
        }
    }
}

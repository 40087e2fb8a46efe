package dev.streambed.observe;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;

/** What is used of NVIDIA's management library, which comes with the driver. Every call returns 0 where it succeeded. */
interface Nvml extends Library {
    /** {@code nvmlTemperatureSensors_t}: the chip itself. */
    int TEMPERATURE_GPU = 0;

    /**
     * Loads it.
     *
     * @throws UnsatisfiedLinkError where there is no driver
     */
    static Nvml load() {
        return Native.load("nvidia-ml", Nvml.class);
    }

    int nvmlInit_v2();

    int nvmlShutdown();

    String nvmlErrorString(int result);

    int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

    int nvmlDeviceGetHandleByUUID(String uuid, PointerByReference device);

    int nvmlDeviceGetUtilizationRates(Pointer device, Utilization utilization);

    int nvmlDeviceGetMemoryInfo(Pointer device, Memory memory);

    int nvmlDeviceGetTemperature(Pointer device, int sensor, IntByReference celsius);

    /** {@code nvmlUtilization_t}: percent of the last sampling period in which a kernel ran, or memory was read or written. */
    @FieldOrder({"gpu", "memory"})
    class Utilization extends Structure {
        public int gpu;
        public int memory;
    }

    /** {@code nvmlMemory_t}, bytes. */
    @FieldOrder({"total", "free", "used"})
    class Memory extends Structure {
        public long total;
        public long free;
        public long used;
    }
}

package dev.streambed.embed.model;

/**
 * Where a model runs, and how precisely.
 *
 * @param device what to run on
 * @param precision which graph
 * @param deviceId CUDA's number of the device, 0 or more; of no matter on a CPU
 * @param deviceMemoryBytes most bytes ONNX Runtime takes of the device, weights included; 0 = as many as there are
 */
public record Placement(Device device, Precision precision, int deviceId, long deviceMemoryBytes) {
    /** CUDA where it works, else the CPU. */
    public static final Placement AUTO = new Placement(Device.AUTO, Precision.AUTO, 0, 0);

    /** The CPU. */
    public static final Placement CPU = new Placement(Device.CPU, Precision.AUTO, 0, 0);

    public Placement {
        if (deviceId < 0 || deviceMemoryBytes < 0) {
            throw new IllegalArgumentException("the device is " + deviceId + " (0 or more), its memory "
                    + deviceMemoryBytes + " bytes (0 or more)");
        }
    }

    /** The same, with other precision. */
    public Placement withPrecision(Precision other) {
        return new Placement(device, other, deviceId, deviceMemoryBytes);
    }
}

package dev.streambed.cli.faulty;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.DeviceMemoryException;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.Precision;
import java.util.List;

/** A model with a switch for its faults. Thread-safe; the runners are each for one thread, as the interface says. */
public final class FaultyModel implements EmbeddingModel {
    private final EmbeddingModel model;
    private final FaultSwitch faults;

    /** The model becomes this one's, which closes it. */
    public FaultyModel(EmbeddingModel model, FaultSwitch faults) {
        this.model = model;
        this.faults = faults;
    }

    @Override
    public BatchModel newRunner() {
        BatchModel runner = model.newRunner();
        return sequences -> embed(runner, sequences);
    }

    private float[][] embed(BatchModel runner, List<int[]> sequences) {
        return switch (faults.await()) {
            case EXCEPTION -> throw new ModelException("a fault that was asked for");
            case OUT_OF_MEMORY -> {
                if (sequences.size() > 1) {
                    throw new DeviceMemoryException("a fault that was asked for", null);
                }
                yield runner.embed(sequences);
            }
            case NOT_FINITE -> {
                float[][] vectors = runner.embed(sequences);
                vectors[0][0] = Float.NaN;
                yield vectors;
            }
            case NONE, HANG -> runner.embed(sequences);
        };
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public Device device() {
        return model.device();
    }

    @Override
    public Precision precision() {
        return model.precision();
    }

    @Override
    public String sha256() {
        return model.sha256();
    }

    @Override
    public void close() {
        faults.set(EmbedderFault.NONE);
        model.close();
    }
}

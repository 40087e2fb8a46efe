package dev.streambed.cli;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.Precision;

/** A model whose batches pass a gate. */
record GatedModel(EmbeddingModel model, Gate gate) implements EmbeddingModel {
    @Override
    public BatchModel newRunner() {
        BatchModel runner = model.newRunner();
        return sequences -> {
            gate.pass();
            return runner.embed(sequences);
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
        model.close();
    }
}

package dev.streambed.cli.bench;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.Precision;

/** A model that several engines use one after the other; who made it closes it. */
record SharedModel(EmbeddingModel model) implements EmbeddingModel {
    @Override
    public BatchModel newRunner() {
        return model.newRunner();
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
        // not its own
    }
}

package dev.streambed.cli.config;

/** All settings, immutable and valid; one record a section, one field a key of {@link ConfigKeys}. */
public record StreambedConfig(
        KafkaSettings kafka,
        TopicsSettings topics,
        PipelineSettings pipeline,
        ModelSettings model,
        ChunkSettings chunk,
        EmbedSettings embed,
        EmbedderSettings embedder,
        LimitsSettings limits,
        IndexSettings index,
        MilvusSettings milvus,
        DriftSettings drift,
        HttpSettings http,
        TracesSettings traces,
        ShutdownSettings shutdown,
        StateSettings state) {
    /** The collection in force. */
    public String milvusCollection() {
        String collection = milvus.collection();
        return collection != null ? collection : collectionOf(pipeline.name());
    }

    /** The log of record in force. */
    public String embeddingsTopic() {
        return topics.embeddings(pipeline.name());
    }

    /** Where the drift of this pipeline's vectors is kept. */
    public String driftTopic() {
        return topics.drift(pipeline.name());
    }

    /** A pipeline's own collection; Milvus wants a letter or {@code _} first. */
    private static String collectionOf(String pipeline) {
        String name = pipeline.replace('-', '_');
        return Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }
}

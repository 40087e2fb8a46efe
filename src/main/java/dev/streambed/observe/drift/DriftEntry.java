package dev.streambed.observe.drift;

/** What is kept in the topic of drift: a record each. */
public sealed interface DriftEntry permits Baseline, CanaryReference {
    /** Of the fingerprint in a key: enough to tell pipelines apart; the value has it whole. */
    int KEY_FINGERPRINT = 16;

    /** The pipeline's, whose vectors these are. */
    String fingerprint();

    /** When it was made. */
    long madeAtMillis();

    /** Its key in the topic, which compaction keeps the last record of. */
    String key();

    /** What all keys of a pipeline's records of one kind begin with. */
    static String prefix(String kind, String fingerprint) {
        return kind + "/" + shortened(fingerprint);
    }

    /** As much of a fingerprint as tells it from another. */
    static String shortened(String fingerprint) {
        return fingerprint.substring(0, Math.min(KEY_FINGERPRINT, fingerprint.length()));
    }
}

package dev.streambed.document;

/** What a change does to its document. */
public enum ChangeType {
    UPSERT,
    DELETE
}

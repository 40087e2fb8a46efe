package dev.streambed.embed.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline puts before texts, instead of what its model's files say. Some models were trained that way and do not say so in their
 * files: bge-small-en-v1.5 wants its queries to begin with {@code Represent this sentence for searching relevant passages: }.
 *
 * @param query before a query; null = what the model's files say
 * @param passage before each chunk of a document; null = what the model's files say
 */
public record Prefixes(@Nullable String query, @Nullable String passage) {
    /** Those of the model's files. */
    public static final Prefixes OF_THE_MODEL = new Prefixes(null, null);

    /** The same files with these. */
    public ModelFiles in(ModelFiles files) {
        return files.withPrefixes(
                Objects.requireNonNullElse(query, files.queryPrefix()),
                Objects.requireNonNullElse(passage, files.passagePrefix()));
    }
}

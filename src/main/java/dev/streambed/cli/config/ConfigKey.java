package dev.streambed.cli.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key, declared once: the loader, the errors and the table in the documentation all come from here.
 *
 * @param name {@code section.name}, in lower case with dashes
 * @param type what a value looks like
 * @param allowed the values taken, for people, such as {@code 0..65535}; empty where the type says all
 * @param defaultText the default as one would write it, or null where the key is unset by default
 * @param secret whether the value is never shown
 * @param meaning one or two sentences; says what "unset" means where the default is null
 */
public record ConfigKey(
        String name, KeyType type, String allowed, @Nullable String defaultText, boolean secret, String meaning) {
    /** The variable that overrides it, e.g. {@code STREAMBED_MILVUS_TOKEN_FILE}. */
    public String variable() {
        return variableOf(name);
    }

    static String variableOf(String key) {
        return ConfigSources.VARIABLE_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The type and the values taken, for the table and for errors. */
    public String expected() {
        if (allowed.isEmpty()) {
            return type.words();
        }
        return type == KeyType.CHOICE ? type.words() + " " + allowed : type.words() + ", " + allowed;
    }
}

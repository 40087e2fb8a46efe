package dev.streambed.cli.config;

import io.airlift.units.DataSize;
import io.airlift.units.Duration;
import java.util.regex.Pattern;

/** The checks of the settings' records. Each throws {@link InvalidValueException} naming the key and what is allowed. */
final class Check {
    private Check() {}

    static void range(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidValueException(key, "must be " + least + ".." + most);
        }
    }

    static void range(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) { // so that what is no number is refused
            throw new InvalidValueException(key, "must be " + least + ".." + most);
        }
    }

    static void range(String key, DataSize value, String least, String most) {
        if (value.compareTo(DataSize.valueOf(least)) < 0 || value.compareTo(DataSize.valueOf(most)) > 0) {
            throw new InvalidValueException(key, "must be " + least + ".." + most);
        }
    }

    static void range(String key, Duration value, String least, String most) {
        if (value.compareTo(Duration.valueOf(least)) < 0 || value.compareTo(Duration.valueOf(most)) > 0) {
            throw new InvalidValueException(key, "must be " + least + ".." + most);
        }
    }

    static void matches(String key, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new InvalidValueException(key, "must match " + pattern);
        }
    }

    static void notBlank(String key, String value) {
        if (value.isBlank()) {
            throw new InvalidValueException(key, "must not be empty");
        }
    }
}

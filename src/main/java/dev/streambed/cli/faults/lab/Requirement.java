package dev.streambed.cli.faults.lab;

import org.jspecify.annotations.Nullable;

/** What a scenario needs of the machine beside what the suite needs. Any thread. */
@FunctionalInterface
public interface Requirement {
    /** Nothing. */
    Requirement NONE = () -> null;

    /** What is missing, for people, with what to do; null where nothing is. */
    @Nullable
    String missing();
}

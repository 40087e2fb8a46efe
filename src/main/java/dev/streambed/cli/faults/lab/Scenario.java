package dev.streambed.cli.faults.lab;

/**
 * A fault, and what is expected of the service under it.
 *
 * @param name {@code <component>.<fault>}, unique
 * @param fault what is done, for people
 * @param expectation what must hold besides the promises, for people
 * @param setup its surroundings
 * @param script does it
 * @param usual whether it is part of a round; otherwise it takes so long that only its name brings it
 * @param requirement what it needs of the machine
 */
public record Scenario(
        String name,
        String fault,
        String expectation,
        Setup setup,
        Script script,
        boolean usual,
        Requirement requirement) {
    /** A usual one. */
    public Scenario(String name, String fault, String expectation, Setup setup, Script script) {
        this(name, fault, expectation, setup, script, true, Requirement.NONE);
    }

    /** Plays a fault in a lab. Whatever it broke is mended afterwards, and every event must get its answer. */
    @FunctionalInterface
    public interface Script {
        /**
         * Plays it, on the run's thread.
         *
         * @throws dev.streambed.cli.faults.process.RunFailedException if what must happen does not happen in time
         */
        void play(Lab lab) throws Exception;
    }

    /** The same in other surroundings. */
    public Scenario in(Setup other) {
        return new Scenario(name, fault, expectation, other, script, usual, requirement);
    }

    /** The same, which cannot be played on every machine. */
    public Scenario needing(Requirement other) {
        return new Scenario(name, fault, expectation, setup, script, usual, other);
    }

    /** The same, left out of rounds. */
    public Scenario onlyByName() {
        return new Scenario(name, fault, expectation, setup, script, false, requirement);
    }

    /** The part that is disturbed. */
    public String component() {
        return name.substring(0, name.indexOf('.'));
    }
}

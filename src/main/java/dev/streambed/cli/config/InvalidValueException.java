package dev.streambed.cli.config;

/** A settings record refuses a value; the loader adds the value and where it came from. */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String problem;

    /**
     * @param key the key as in {@link ConfigKeys}
     * @param problem what is wrong, e.g. {@code must be 1..64}
     */
    public InvalidValueException(String key, String problem) {
        super(key + " " + problem);
        this.key = key;
        this.problem = key + " " + problem;
    }

    /** The key and what is wrong with it. */
    public String problem() {
        return problem;
    }

    /** The key. */
    public String key() {
        return key;
    }
}

package dev.streambed.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Files that hold a token, a password, a key or a certificate. */
final class SecretFiles {
    private SecretFiles() {}

    static boolean isReadable(String path) {
        try {
            return Files.isRegularFile(Path.of(path)) && Files.isReadable(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * The content of the file that {@code <key>-file} names becomes the value of the key.
     *
     * @param key of a secret, such as {@code milvus.token}
     * @param texts the values that are set, by key
     * @throws ConfigException if both are set
     * @throws InvalidValueException if the file cannot be read, or is empty
     */
    static void read(String key, Map<String, String> texts) {
        String fileKey = key + "-file";
        String file = texts.get(fileKey);
        if (file == null) {
            return;
        }
        if (texts.containsKey(key)) {
            throw new ConfigException(key + " and " + fileKey + " are both set; keep one");
        }
        try {
            String secret = Files.readString(Path.of(file)).strip();
            if (secret.isEmpty()) {
                throw new InvalidValueException(fileKey, "must not be empty");
            }
            texts.put(key, secret);
        } catch (IOException | InvalidPathException e) {
            throw new InvalidValueException(fileKey, "cannot be read");
        }
    }
}

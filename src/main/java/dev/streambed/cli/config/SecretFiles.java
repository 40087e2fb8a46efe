package dev.streambed.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Files that hold a token, a key or a certificate. */
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
     * The content of {@code section.token-file} becomes {@code section.token}.
     *
     * @param texts the values that are set, by key
     * @throws ConfigException if both are set
     * @throws InvalidValueException if the file cannot be read, or is empty
     */
    static void readToken(String section, Map<String, String> texts) {
        String key = section + ".token";
        String fileKey = section + ".token-file";
        String file = texts.get(fileKey);
        if (file == null) {
            return;
        }
        if (texts.containsKey(key)) {
            throw new ConfigException(key + " and " + fileKey + " are both set; keep one");
        }
        try {
            String token = Files.readString(Path.of(file)).strip();
            if (token.isEmpty()) {
                throw new InvalidValueException(fileKey, "must not be empty");
            }
            texts.put(key, token);
        } catch (IOException | InvalidPathException e) {
            throw new InvalidValueException(fileKey, "cannot be read");
        }
    }
}

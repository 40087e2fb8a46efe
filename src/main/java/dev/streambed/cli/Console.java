package dev.streambed.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command sees of the process it runs in; tests bring their own.
 *
 * @param in standard input
 * @param out what the command is asked for; machines may read it
 * @param err progress, warnings, errors
 * @param interactive whether a person watches {@code err}
 * @param environment the process's variables
 */
public record Console(
        InputStream in, PrintStream out, PrintStream err, boolean interactive, Map<String, String> environment) {
    /** The process's own. */
    public static Console ofProcess() {
        // Java cannot tell about standard error alone; the launcher can.
        boolean interactive = Boolean.getBoolean("streambed.terminal");
        return new Console(System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), interactive, System.getenv());
    }

    /** Whatever the locale says: JSON is UTF-8. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}

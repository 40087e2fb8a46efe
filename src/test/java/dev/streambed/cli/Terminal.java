package dev.streambed.cli;

import dev.streambed.cli.service.ServiceFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs a command as a shell would, and keeps what it says. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ServiceFactory services = (config, roles, registry) -> {
        throw new CommandException("no service in this test");
    };
    private byte[] in = new byte[0];

    Terminal input(String text) {
        in = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** The exit code. */
    int run(String... args) {
        Console console = new Console(
                new ByteArrayInputStream(in),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                Map.of());
        return Main.run(console, services, args);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    String lastLine() {
        List<String> lines = out().lines().toList();
        return lines.get(lines.size() - 1);
    }
}

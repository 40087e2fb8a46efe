package dev.streambed.cli;

import dev.streambed.cli.service.ServiceFactory;

/** The command line with an {@link EchoService}, as a process of its own. */
public final class EchoMain {
    private EchoMain() {}

    public static void main(String[] args) {
        ServiceFactory services = (config, roles, registry) -> new EchoService(config);
        System.exit(Main.run(Console.ofProcess(), services, args));
    }
}

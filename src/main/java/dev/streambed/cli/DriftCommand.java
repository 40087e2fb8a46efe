package dev.streambed.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is watched for drift, from outside. */
@Command(
        name = "drift",
        description = "What the drift of the vectors is measured against.",
        synopsisSubcommandLabel = "COMMAND")
final class DriftCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}

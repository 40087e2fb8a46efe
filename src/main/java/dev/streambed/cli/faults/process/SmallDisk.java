package dev.streambed.cli.faults.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A file system of a few megabytes, in memory. Mounting one takes root and Linux. Owned by the run's thread. */
public final class SmallDisk implements AutoCloseable {
    private static final long SECONDS = 20;
    private static final byte[] BLOCK = new byte[1 << 16];

    private final Path directory;
    private final Path filler;
    private final Thread atExit = new Thread(
            () -> {
                String unused = unmount();
            },
            "unmount");

    private SmallDisk(Path directory) {
        this.directory = directory;
        this.filler = directory.resolve("filler");
        Runtime.getRuntime().addShutdownHook(atExit); // a mount outlives its process
    }

    /**
     * Mounts it.
     *
     * @param directory made where it is missing
     * @throws RunFailedException if that is not possible
     */
    public static SmallDisk mount(Path directory, int megabytes) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String failure = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
        if (failure != null) {
            throw new RunFailedException("no small disk: " + failure);
        }
        return new SmallDisk(directory);
    }

    /** Why none can be mounted here, or null. */
    public static @Nullable String missing() {
        try {
            Path directory = Files.createTempDirectory("streambed-disk-");
            try {
                mount(directory, 1).close();
                return null;
            } catch (RunFailedException e) {
                return e.getMessage() + "; run it as root";
            } finally {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes all that is left of it. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(BLOCK);
            }
        } catch (IOException full) {
            // So it is.
        }
    }

    /** Gives that back. */
    public void free() {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unmounts it; whoever has files open there keeps them. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        String failure = unmount();
        if (failure != null) {
            throw new RunFailedException("the small disk stays: " + failure);
        }
    }

    private @Nullable String unmount() {
        return run("umount", "--lazy", directory.toString());
    }

    private static @Nullable String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? null : String.join(" ", command) + ": " + said.strip();
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}

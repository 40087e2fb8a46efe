package dev.streambed.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The memory of this process: service, broker and benchmark together.
 *
 * @param rssBytes resident; 0 where the system does not tell (it is read from {@code /proc})
 * @param heapBytes used of Java's heap
 */
public record ProcessMemory(long rssBytes, long heapBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /** As it is, garbage included. */
    static ProcessMemory now() {
        return new ProcessMemory(
                residentBytes(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    /** What is left where garbage has been collected. */
    static ProcessMemory live() {
        System.gc();
        return now();
    }

    /** The larger of each. */
    ProcessMemory most(ProcessMemory other) {
        return new ProcessMemory(Math.max(rssBytes, other.rssBytes), Math.max(heapBytes, other.heapBytes));
    }

    private static long residentBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

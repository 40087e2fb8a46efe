package dev.streambed.cli.faults.lab;

import java.util.List;

/**
 * What a run measured, milliseconds where nothing else is said.
 *
 * @param killToProcessing from each kill -9 of the service to the first answer of its successor
 * @param takeover from each kill -9 of a service that is not started again to the first answer of another instance to what it left
 * @param returnToSuccess from the first write that a returned store takes of a probe, to the first it takes of the service
 * @param slowed the 99th percentile from event to answer under a fault, percent of what it was before
 */
public record Measurements(
        List<Long> killToProcessing, List<Long> takeover, List<Long> returnToSuccess, List<Long> slowed) {
    public Measurements {
        killToProcessing = List.copyOf(killToProcessing);
        takeover = List.copyOf(takeover);
        returnToSuccess = List.copyOf(returnToSuccess);
        slowed = List.copyOf(slowed);
    }
}

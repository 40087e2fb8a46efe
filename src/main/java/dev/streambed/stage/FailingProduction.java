package dev.streambed.stage;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * What could not be sent ends the stream thread, which says why and is replaced. Kafka's own handler asks for a retry where the producer
 * gave up in time; Streams then takes the task for corrupted: it wipes the heads off the disk, restores all of them, and tells nobody.
 * Made by Kafka Streams; called on the producer's thread.
 */
public final class FailingProduction implements ProductionExceptionHandler {
    @Override
    public Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        return Response.fail();
    }

    @Override
    public void configure(Map<String, ?> configs) {}
}

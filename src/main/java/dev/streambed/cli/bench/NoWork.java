package dev.streambed.cli.bench;

import dev.streambed.stage.Answer;
import dev.streambed.stage.Arrival;
import dev.streambed.stage.EventRef;
import dev.streambed.stage.HeadCodec;
import dev.streambed.stage.Outbound;
import dev.streambed.stage.StageHandler;
import dev.streambed.stage.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A stage's handler that hands each record to another thread, which hands it back: what the stage itself costs. */
final class NoWork implements StageHandler<ConsumerRecord<byte[], byte[]>, Long> {
    static final String SINK = "out";

    /** The head is an offset. */
    static final HeadCodec<Long> OFFSETS = new HeadCodec<>() {
        @Override
        public byte[] encode(Long head) {
            return ByteBuffer.allocate(Long.BYTES).putLong(head).array();
        }

        @Override
        public Long decode(byte[] bytes) {
            return ByteBuffer.wrap(bytes).getLong();
        }
    };

    private final Executor worker;

    NoWork(Executor worker) {
        this.worker = worker;
    }

    @Override
    public Arrival<ConsumerRecord<byte[], byte[]>, Long> arrive(ConsumerRecord<byte[], byte[]> record) {
        return new Arrival.Chained<>(record, new String(record.key(), StandardCharsets.UTF_8), record.timestamp());
    }

    @Override
    public Precedence compare(ConsumerRecord<byte[], byte[]> arriving, ConsumerRecord<byte[], byte[]> waiting) {
        return Precedence.BOTH;
    }

    @Override
    public Answer<Long> superseded(ConsumerRecord<byte[], byte[]> event) {
        throw new IllegalStateException("nothing is superseded here");
    }

    @Override
    public Verdict<Long> plan(
            ConsumerRecord<byte[], byte[]> event, @Nullable Long head, boolean quarantined, BooleanSupplier mayAct) {
        Answer<Long> answer = new Answer<>(
                List.of(Outbound.byKey(SINK, event.key(), event.value(), new RecordHeaders())), event.offset());
        return new Verdict.Later<>(CompletableFuture.supplyAsync(() -> answer, worker));
    }

    @Override
    public Answer<Long> failed(ConsumerRecord<byte[], byte[]> event, @Nullable Long head, Throwable failure) {
        throw new IllegalStateException("nothing fails here", failure);
    }

    @Override
    public Answer<Long> lost(EventRef ref) {
        return Answer.of(List.of());
    }
}

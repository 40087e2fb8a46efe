package dev.streambed.stage;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * Hands every call on to another consumer, and tries a call again that a wake-up meant for {@code poll} interrupted: a wake-up
 * that comes just as a poll returns surfaces in the next call, whatever it is, and is spent by it. Threads as
 * {@link Consumer}'s.
 */
abstract class UnwokenConsumer implements Consumer<byte[], byte[]> {
    private final Consumer<byte[], byte[]> delegate;

    UnwokenConsumer(Consumer<byte[], byte[]> delegate) {
        this.delegate = delegate;
    }

    private static void unwoken(Runnable call) {
        unwokenGet(() -> {
            call.run();
            return true;
        });
    }

    private static <T> T unwokenGet(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (WakeupException meantForPoll) {
                // Spent by being thrown, so that the next try goes through, or meets a newer one.
            }
        }
    }

    @Override
    public Set<TopicPartition> assignment() {
        return delegate.assignment();
    }

    @Override
    public Set<String> subscription() {
        return delegate.subscription();
    }

    @Override
    public void subscribe(Collection<String> topics) {
        unwoken(() -> delegate.subscribe(topics));
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener callback) {
        unwoken(() -> delegate.subscribe(topics, callback));
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        unwoken(() -> delegate.assign(partitions));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener callback) {
        unwoken(() -> delegate.subscribe(pattern, callback));
    }

    @Override
    public void subscribe(Pattern pattern) {
        unwoken(() -> delegate.subscribe(pattern));
    }

    @Override
    public void subscribe(SubscriptionPattern pattern, ConsumerRebalanceListener callback) {
        unwoken(() -> delegate.subscribe(pattern, callback));
    }

    @Override
    public void subscribe(SubscriptionPattern pattern) {
        unwoken(() -> delegate.subscribe(pattern));
    }

    @Override
    public void unsubscribe() {
        unwoken(() -> delegate.unsubscribe());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        return delegate.poll(timeout);
    }

    @Override
    public void commitSync() {
        unwoken(() -> delegate.commitSync());
    }

    @Override
    public void commitSync(Duration timeout) {
        unwoken(() -> delegate.commitSync(timeout));
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        unwoken(() -> delegate.commitSync(offsets));
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        unwoken(() -> delegate.commitSync(offsets, timeout));
    }

    @Override
    public void commitAsync() {
        unwoken(() -> delegate.commitAsync());
    }

    @Override
    public void commitAsync(OffsetCommitCallback callback) {
        unwoken(() -> delegate.commitAsync(callback));
    }

    @Override
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        unwoken(() -> delegate.commitAsync(offsets, callback));
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        delegate.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        delegate.unregisterMetricFromSubscription(metric);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        unwoken(() -> delegate.seek(partition, offset));
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offsetAndMetadata) {
        unwoken(() -> delegate.seek(partition, offsetAndMetadata));
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        unwoken(() -> delegate.seekToBeginning(partitions));
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        unwoken(() -> delegate.seekToEnd(partitions));
    }

    @Override
    public long position(TopicPartition partition) {
        return unwokenGet(() -> delegate.position(partition));
    }

    @Override
    public long position(TopicPartition partition, Duration timeout) {
        return unwokenGet(() -> delegate.position(partition, timeout));
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        return unwokenGet(() -> delegate.committed(partitions));
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
        return unwokenGet(() -> delegate.committed(partitions, timeout));
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return unwokenGet(() -> delegate.clientInstanceId(timeout));
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return delegate.metrics();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return unwokenGet(() -> delegate.partitionsFor(topic));
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
        return unwokenGet(() -> delegate.partitionsFor(topic, timeout));
    }

    @Override
    public Map<String, List<PartitionInfo>> listTopics() {
        return unwokenGet(() -> delegate.listTopics());
    }

    @Override
    public Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
        return unwokenGet(() -> delegate.listTopics(timeout));
    }

    @Override
    public Set<TopicPartition> paused() {
        return delegate.paused();
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        delegate.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        delegate.resume(partitions);
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps) {
        return unwokenGet(() -> delegate.offsetsForTimes(timestamps));
    }

    @Override
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
            Map<TopicPartition, Long> timestamps, Duration timeout) {
        return unwokenGet(() -> delegate.offsetsForTimes(timestamps, timeout));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return unwokenGet(() -> delegate.beginningOffsets(partitions));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions, Duration timeout) {
        return unwokenGet(() -> delegate.beginningOffsets(partitions, timeout));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return unwokenGet(() -> delegate.endOffsets(partitions));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
        return unwokenGet(() -> delegate.endOffsets(partitions, timeout));
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        return delegate.currentLag(partition);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return delegate.groupMetadata();
    }

    @Override
    public void enforceRebalance() {
        unwoken(() -> delegate.enforceRebalance());
    }

    @Override
    public void enforceRebalance(String reason) {
        unwoken(() -> delegate.enforceRebalance(reason));
    }

    @Override
    public void close() {
        unwoken(() -> delegate.close());
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation") // part of the interface
    public void close(Duration timeout) {
        unwoken(() -> delegate.close(timeout));
    }

    @Override
    public void close(CloseOptions option) {
        unwoken(() -> delegate.close(option));
    }

    @Override
    public void wakeup() {
        delegate.wakeup();
    }
}

package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streambed.stage.StageHandler.Precedence;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A change of a document as the tests send it: key = document id, value = {@code <version>|<content>}.
 *
 * @param version orders the events of a document as a number; -1 for none, then they are ordered by arrival
 * @param timestamp the broker's append time
 */
record TestEvent(EventRef ref, String documentId, long version, long timestamp, String content) {
    static TestEvent of(ConsumerRecord<byte[], byte[]> record) {
        String[] value = new String(record.value(), UTF_8).split("\\|", 2);
        return new TestEvent(
                new EventRef(record.topic(), record.partition(), record.offset()),
                new String(record.key(), UTF_8),
                Long.parseLong(value[0]),
                record.timestamp(),
                value[1]);
    }

    static byte[] value(long version, String content) {
        return (version + "|" + content).getBytes(UTF_8);
    }

    /** What is remembered of the document once this event's result is durable. */
    TestHead head() {
        return new TestHead(ref, version, timestamp, content);
    }

    Precedence against(TestEvent waiting) {
        return isNewerThan(waiting.head()) ? Precedence.ARRIVING_SUPERSEDES : Precedence.WAITING_SUPERSEDES;
    }

    /** By version if both have one, else by append time; ties of two lanes go by the topic's name, so that the order is total. */
    boolean isNewerThan(TestHead head) {
        if (version >= 0 && head.version() >= 0) {
            return version > head.version();
        }
        if (timestamp != head.timestamp()) {
            return timestamp > head.timestamp();
        }
        int byTopic = ref.topic().compareTo(head.ref().topic());
        return byTopic != 0 ? byTopic > 0 : ref.offset() > head.ref().offset();
    }
}

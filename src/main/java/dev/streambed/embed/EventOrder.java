package dev.streambed.embed;

import dev.streambed.stage.EventRef;
import dev.streambed.stage.StageHandler.Precedence;
import org.jspecify.annotations.Nullable;

/**
 * Which of two changes of a document is newer (CONTRACT, "Order"): two explicit versions compare as numbers; otherwise arrival
 * decides, which is the offset within a lane and the broker's append time across lanes.
 */
final class EventOrder {
    private EventOrder() {}

    /** How an arriving event stands to one that waits. */
    static Precedence compare(EmbedEvent arriving, EmbedEvent waiting) {
        @Nullable Long version = arriving.change().version();
        @Nullable Long other = waiting.change().version();
        if (version != null && other != null) {
            int order = Long.compare(version, other);
            // Equal versions are both wanted: the second one is a repeat, or a conflict, and is told so.
            return order == 0 ? Precedence.BOTH : precedence(order < 0);
        }
        return precedence(
                arrivedBefore(arriving.ref(), arriving.appendedAtMillis(), waiting.ref(), waiting.appendedAtMillis()));
    }

    /** Whether it is the very event; a topic that was made anew has others at the same offsets. */
    static boolean isSame(EmbedEvent event, Head head) {
        return event.ref().equals(head.ref()) && event.appendedAtMillis() == head.appendedAtMillis();
    }

    /** Whether an event is older than what is known of its document. */
    static boolean isOlder(EmbedEvent event, Head head) {
        @Nullable Long version = event.change().version();
        if (version != null && version < head.explicitVersion()) {
            return true;
        }
        if (version != null && head.isExplicit()) {
            return false;
        }
        return arrivedBefore(event.ref(), event.appendedAtMillis(), head.ref(), head.appendedAtMillis());
    }

    /** Whether an event carries the explicit version that the document has already. */
    static boolean isSameVersion(EmbedEvent event, Head head) {
        @Nullable Long version = event.change().version();
        return version != null && head.isExplicit() && version == head.version();
    }

    /** A smaller offset with a later append time is an event of a topic that was made anew: newer. */
    private static boolean arrivedBefore(EventRef ref, long appendedAt, EventRef other, long otherAppendedAt) {
        if (ref.topicPartition().equals(other.topicPartition())) {
            return ref.offset() < other.offset() && appendedAt <= otherAppendedAt;
        }
        return appendedAt < otherAppendedAt;
    }

    private static Precedence precedence(boolean arrivingIsOlder) {
        return arrivingIsOlder ? Precedence.WAITING_SUPERSEDES : Precedence.ARRIVING_SUPERSEDES;
    }
}

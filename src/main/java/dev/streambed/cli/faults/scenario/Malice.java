package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.oracle.HostileEvent;
import dev.streambed.cli.faults.oracle.HostileEvent.Verdict;
import dev.streambed.completion.EventHeaders;
import dev.streambed.stage.RoutedKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Makes hostile events from a seed: values that are wrong in a known way, headers that are, records in the wrong place, and mutations
 * of sound ones. Not thread-safe.
 */
final class Malice {
    private static final int MEBIBYTE = 1 << 20;

    private final Random random;
    private final int partitions;
    private final List<Header> headers = new ArrayList<>();
    private int count;

    /**
     * @param partitions of each lane
     */
    Malice(Random random, int partitions) {
        this.random = random;
        this.partitions = partitions;
    }

    /** The next one. */
    HostileEvent next() {
        count++;
        headers.clear();
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> wrongValue();
            case 3, 4 -> wrongHeader();
            case 5 -> wrongPlace();
            case 6 -> odd();
            default -> mutated();
        };
    }

    private String id() {
        return HostileEvent.NAME + count;
    }

    private String sound() {
        return "{\"id\":\"" + id() + "\",\"version\":" + random.nextInt(100) + ",\"text\":\"the " + random.nextInt(1000)
                + "th ember of the canyon\",\"title\":\"t\",\"metadata\":{\"a\":[1,2.5,true,null,{\"b\":\"c\"}]}}";
    }

    /** A sound value with one field instead of another, or with one more. */
    private String with(String field) {
        return "{\"id\":\"" + id() + "\",\"text\":\"a lantern\"," + field + "}";
    }

    private HostileEvent wrongValue() {
        String sound = sound();
        String id = id();
        return switch (random.nextInt(18)) {
            case 0 -> rejected(sound.substring(0, 1 + random.nextInt(sound.length() - 1)), "cut off");
            case 1 -> rejected("{\"id\":\"" + id + "\"}", "no text");
            case 2 -> rejected("{\"id\":\"" + id + "\",\"text\":\" \\n\\t \"}", "blank text");
            case 3 -> rejected("{\"id\":\"" + id + "\",\"text\":17}", "text no string");
            case 4 -> rejected("{\"id\":\"" + id + "x\",\"text\":\"x\"}", "another key");
            case 5 -> rejected("{\"id\":17,\"text\":\"x\"}", "id no string");
            case 6 -> rejected(with("\"type\":\"replace\""), "unknown type");
            case 7 -> rejected(with("\"version\":-" + (1 + random.nextInt(9))), "version below 0");
            case 8 -> rejected(with("\"version\":9223372036854775808"), "version beyond 64 bit");
            case 9 -> rejected(with("\"version\":1.5"), "version no integer");
            case 10 -> rejected("[" + sound + "]", "an array");
            case 11 -> rejected("\"" + id + "\"", "a string");
            case 12 -> rejected(with("\"metadata\":{\"a\":\"" + "m".repeat(70_000) + "\"}"), "metadata too large");
            case 13 -> rejected(with("\"more\":\"" + "m".repeat(70_000) + "\""), "unknown field too large");
            case 14 ->
                rejected("{\"id\":\"" + id + "\",\"text\":\"" + "long ".repeat(MEBIBYTE / 5) + "\"}", "too large");
            case 15 -> rejected(with("\"metadata\":{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"), "deep");
            case 16 -> rejected("", "empty");
            default -> event(invalidUtf8(sound), Verdict.REJECTED, "invalid UTF-8");
        };
    }

    private byte[] invalidUtf8(String sound) {
        byte[] bytes = sound.getBytes(StandardCharsets.UTF_8);
        byte[][] wrong = {
            {(byte) 0xff}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {(byte) 0x80}
        };
        byte[] chosen = wrong[random.nextInt(wrong.length)];
        int at = sound.indexOf("ember");
        byte[] all = Arrays.copyOf(bytes, bytes.length + chosen.length);
        System.arraycopy(chosen, 0, all, at, chosen.length);
        System.arraycopy(bytes, at, all, at + chosen.length, bytes.length - at);
        return all;
    }

    private HostileEvent wrongHeader() {
        switch (random.nextInt(10)) {
            case 0 -> header(EventHeaders.SPEC_VERSION, "0.3");
            case 1 -> header(EventHeaders.TYPE, "com.example.something");
            case 2 -> header(EventHeaders.CONTENT_TYPE, "application/xml");
            case 3 -> header(EventHeaders.SUBJECT, "another-document");
            case 4 -> header(EventHeaders.EXPIRY_TIME, "tomorrow");
            case 5 -> header(EventHeaders.REPLY_PARTITION, random.nextBoolean() ? "-1" : "99999999999999999999");
            case 6 -> header(EventHeaders.CORRELATION_ID, "c".repeat(100_000));
            case 7 -> header(EventHeaders.CORRELATION_ID, "a\u0000b");
            case 8 -> headers.add(new RecordHeader(EventHeaders.SUBJECT, new byte[] {(byte) 0xff}));
            default -> headers.add(new RecordHeader(EventHeaders.ID, new byte[] {(byte) 0xc3, 0x28}));
        }
        String what = "header " + headers.get(0).key();
        return event(bytes(sound()), Verdict.REJECTED, what);
    }

    private HostileEvent wrongPlace() {
        byte[] sound = bytes(sound());
        int right = RoutedKey.partitionOf(bytes(id()), partitions);
        int wrong = (right + 1 + random.nextInt(partitions - 1)) % partitions;
        return switch (random.nextInt(5)) {
            case 0 -> event(bytes(id()), sound, wrong, Verdict.DONE, "the wrong partition");
            case 1 -> event(bytes(id()), null, wrong, Verdict.DONE, "a deletion in the wrong partition");
            case 2 -> event(null, sound, null, Verdict.REJECTED, "no key");
            case 3 -> event(null, null, null, Verdict.REJECTED, "no key and no value");
            default -> event(new byte[] {(byte) 0xff, (byte) count}, sound, null, Verdict.REJECTED, "key no UTF-8");
        };
    }

    /** Sound, or not said to be wrong. */
    private HostileEvent odd() {
        return switch (random.nextInt(12)) {
            case 0 -> event(bytes(id()), null, null, Verdict.DONE, "a deletion of what is not there");
            case 1 -> event(bytes(with("\"more\":{\"deep\":[[[1]]]}")), Verdict.DONE, "an unknown field");
            case 2 -> event(bytes(with("\"version\":9223372036854775807")), Verdict.DONE, "the highest version");
            case 3 -> event(bytes("\ufeff" + sound()), Verdict.ANSWERED, "a byte order mark");
            case 4 -> event(sound().getBytes(StandardCharsets.UTF_16), Verdict.ANSWERED, "UTF-16");
            case 5 -> event(bytes(with("\"title\":\"\\ud800\"")), Verdict.ANSWERED, "half a surrogate pair");
            case 6 -> event(bytes(with("\"title\":\"a\\u0000b\"")), Verdict.ANSWERED, "a NUL");
            case 7 -> event(bytes(with("\"text\":\"twice\"")), Verdict.ANSWERED, "a field twice");
            case 8 -> event(bytes(with("\"metadata\":{\"n\":1e999}")), Verdict.ANSWERED, "a huge number");
            case 9 -> event(bytes(with("\"metadata\":{\"n\":" + "9".repeat(2_000) + "}")), Verdict.ANSWERED, "digits");
            case 10 -> event(bytes(with("\"title\":null,\"metadata\":null,\"type\":null")), Verdict.ANSWERED, "nulls");
            default -> event(bytes(sound() + "{}"), Verdict.ANSWERED, "something behind it");
        };
    }

    private HostileEvent mutated() {
        byte[] value = bytes(sound());
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(value.length);
            if (random.nextInt(3) == 0) {
                value = Arrays.copyOf(value, Math.max(1, at));
            } else {
                value[at] = (byte) random.nextInt(256);
            }
        }
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(20)];
            random.nextBytes(noise);
            String[] names = {
                EventHeaders.SEQUENCE, EventHeaders.EXPIRY_TIME, EventHeaders.TRACEPARENT, EventHeaders.REPLY_PARTITION
            };
            headers.add(new RecordHeader(names[random.nextInt(names.length)], noise));
        }
        return event(value, Verdict.ANSWERED, "mutated");
    }

    private HostileEvent rejected(String value, String what) {
        return event(bytes(value), Verdict.REJECTED, what);
    }

    private HostileEvent event(byte[] value, Verdict verdict, String what) {
        return event(bytes(id()), value, null, verdict, what);
    }

    private HostileEvent event(
            byte @Nullable [] key, byte @Nullable [] value, @Nullable Integer partition, Verdict verdict, String what) {
        boolean named = random.nextInt(3) > 0
                && headers.stream().noneMatch(each -> each.key().equals(EventHeaders.ID));
        if (named) {
            header(EventHeaders.ID, "event-of-" + id());
        }
        String eventId = named ? "event-of-" + id() : null;
        return new HostileEvent(eventId, random.nextBoolean(), key, value, partition, headers, verdict, what);
    }

    private void header(String name, String value) {
        headers.add(new RecordHeader(name, bytes(value)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A collector of traces: OTLP over HTTP, protobuf, on a free port of the loopback. The numbers of the fields are those of {@code
 * opentelemetry/proto/collector/trace/v1/trace_service.proto} and what it imports. Thread-safe.
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As OTLP numbers them. */
    public enum Kind {
        UNSPECIFIED,
        INTERNAL,
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER
    }

    /** Which span, in hex. */
    public record Context(String traceId, String spanId) {}

    /**
     * A span as it came.
     *
     * @param parentId empty for none
     * @param isError whether its status says so
     */
    public record Span(
            Map<String, Object> resource,
            Context context,
            String parentId,
            String name,
            Kind kind,
            long startNanos,
            long endNanos,
            Map<String, Object> attributes,
            List<Context> links,
            boolean isError) {}

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, List<String>>> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile CountDownLatch answering = new CountDownLatch(0);

    private OtlpReceiver(HttpServer server) {
        this.server = server;
    }

    public static OtlpReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            OtlpReceiver receiver = new OtlpReceiver(server);
            server.setExecutor(receiver.threads);
            server.createContext("/v1/traces", receiver::handle);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a path. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on requests are taken in and not answered. */
    public void hang() {
        answering = new CountDownLatch(1);
    }

    /** Answers those that hang, and all that follow. */
    public void goOn() {
        answering.countDown();
    }

    /** All spans so far. */
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /** The headers of the requests so far. */
    public List<Map<String, List<String>>> requests() {
        return List.copyOf(requests);
    }

    /** The spans of one trace so far, by their start. */
    public List<Span> trace(String traceId) {
        return spans.stream()
                .filter(span -> span.context().traceId().equals(traceId))
                .sorted(Comparator.comparingLong(Span::startNanos))
                .toList();
    }

    /** Waits until the spans are as wanted. */
    public void await(String what, Predicate<List<Span>> wanted) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(spans())) {
            assertThat(System.nanoTime())
                    .as(
                            "%s in time, among%n%s",
                            what, spans.stream().map(Span::toString).collect(Collectors.joining("\n")))
                    .isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            requests.add(Map.copyOf(exchange.getRequestHeaders()));
            answering.await();
            spans.addAll(decode(body));
            exchange.getResponseHeaders().add("content-type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Span> decode(byte[] request) throws InvalidProtocolBufferException {
        List<Span> found = new ArrayList<>();
        for (UnknownFieldSet resourceSpans : messages(UnknownFieldSet.parseFrom(request), 1)) {
            Map<String, Object> resource = messages(resourceSpans, 1).stream()
                    .findFirst()
                    .map(message -> attributes(message, 1))
                    .orElse(Map.of());
            for (UnknownFieldSet scopeSpans : messages(resourceSpans, 2)) {
                messages(scopeSpans, 2).forEach(span -> found.add(span(resource, span)));
            }
        }
        return found;
    }

    private static Span span(Map<String, Object> resource, UnknownFieldSet span) {
        return new Span(
                resource,
                context(span),
                hex(span, 4),
                text(span, 5),
                Kind.values()[(int) number(span, 6)],
                fixed(span, 7),
                fixed(span, 8),
                attributes(span, 9),
                messages(span, 13).stream().map(OtlpReceiver::context).toList(),
                messages(span, 15).stream().anyMatch(status -> number(status, 3) == 2));
    }

    private static Context context(UnknownFieldSet message) {
        return new Context(hex(message, 1), hex(message, 2));
    }

    private static Map<String, Object> attributes(UnknownFieldSet message, int field) {
        return messages(message, field).stream()
                .collect(Collectors.toMap(
                        attribute -> text(attribute, 1),
                        attribute -> value(messages(attribute, 2).get(0))));
    }

    private static Object value(UnknownFieldSet any) {
        if (any.hasField(1)) {
            return text(any, 1);
        }
        return any.hasField(2) ? (Object) (number(any, 2) == 1) : (Object) number(any, 3);
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().stream()
                .map(OtlpReceiver::parse)
                .toList();
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hex(UnknownFieldSet message, int field) {
        return HexFormat.of().formatHex(bytes(message, field).toByteArray());
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toStringUtf8();
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        List<ByteString> values = message.getField(field).getLengthDelimitedList();
        return values.isEmpty() ? ByteString.EMPTY : values.get(0);
    }

    private static long number(UnknownFieldSet message, int field) {
        List<Long> values = message.getField(field).getVarintList();
        return values.isEmpty() ? 0 : values.get(0);
    }

    private static long fixed(UnknownFieldSet message, int field) {
        List<Long> values = message.getField(field).getFixed64List();
        return values.isEmpty() ? 0 : values.get(0);
    }

    @Override
    public void close() {
        goOn();
        server.stop(0);
        threads.shutdownNow();
    }
}

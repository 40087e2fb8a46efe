package dev.streambed.observe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streambed.observe.status.Status;
import dev.streambed.observe.status.StatusPage;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Status page, health, metrics and search over HTTP: {@code /}, {@code /status}, {@code /health/live}, {@code /health/ready}, {@code /metrics},
 * {@code /search}; {@link Access} says for whom. Errors are JSON, {@code {"error": …}}. Eight threads of its own, of which searches take six at
 * most; requests beyond a short queue are dropped.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final int THREADS = 8;
    private static final int SEARCHES = 6;
    private static final int WAITING = 128;

    private final HttpServer server;
    private final ExecutorService threads;
    private final ObjectMapper mapper = SearchHandler.mapper();

    private HttpEndpoint(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to listen.
     *
     * @param status asked for each answer of {@code /status}, from several threads at once: quick
     * @throws BindException naming the address if it is taken
     * @throws IOException if the host has no such address
     */
    public static HttpEndpoint start(
            HttpOptions options,
            PrometheusMeterRegistry registry,
            Liveness liveness,
            Readiness readiness,
            SearchFunction search,
            Supplier<Status> status)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(options.host(), options.port());
        if (address.isUnresolved()) {
            throw new IOException("http.host: no such host: " + options.host());
        }
        Access access = new Access(options, address.getAddress());
        if (access.isClosed()) {
            LOG.warn(
                    "http.host is {} and there is no http.password-file: /, /status and /search are refused",
                    options.host());
        }
        return listen(address, access, registry, liveness, readiness, search, status);
    }

    /** Listens there, whatever the access was made for. */
    static HttpEndpoint listen(
            InetSocketAddress address,
            Access access,
            PrometheusMeterRegistry registry,
            Liveness liveness,
            Readiness readiness,
            SearchFunction search,
            Supplier<Status> status)
            throws IOException {
        // A client that sends or reads too slowly loses its thread again. The server reads these once, when its class
        // is loaded.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
        HttpServer server;
        try {
            server = HttpServer.create(address, WAITING);
        } catch (BindException e) {
            BindException taken = new BindException("http.port: " + address.getHostString() + ":" + address.getPort()
                    + " is taken (" + e.getMessage() + ")");
            taken.initCause(e);
            throw taken;
        }
        ExecutorService threads = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread made = new Thread(task, "http");
                    made.setDaemon(true);
                    return made;
                });
        HttpEndpoint endpoint = new HttpEndpoint(server, threads);
        SearchHandler searches = new SearchHandler(search, readiness, endpoint.mapper, SEARCHES);
        endpoint.route("/health/live", exchange -> endpoint.health(exchange, "live", liveness.notLiveReason()));
        endpoint.route("/health/ready", exchange -> endpoint.health(exchange, "ready", readiness.notReadyReason()));
        endpoint.route("/metrics", exchange -> {
            onlyGet(exchange);
            send(exchange, 200, PROMETHEUS, registry.scrape(PROMETHEUS).getBytes(StandardCharsets.UTF_8));
        });
        StatusPage page = StatusPage.load();
        endpoint.route("/search", exchange -> {
            access.check(exchange);
            endpoint.json(exchange, 200, searches.handle(exchange));
        });
        endpoint.route("/status", exchange -> {
            onlyGet(exchange);
            access.check(exchange);
            endpoint.json(exchange, 200, status.get());
        });
        endpoint.route("/", exchange -> {
            onlyGet(exchange);
            access.check(exchange);
            exchange.getResponseHeaders().set("Content-Security-Policy", page.contentSecurityPolicy());
            send(exchange, 200, HTML, page.html().getBytes(StandardCharsets.UTF_8));
        });
        server.setExecutor(threads);
        server.start();
        return endpoint;
    }

    /** The port in use. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops to listen; requests under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Route {
        void handle(HttpExchange exchange) throws HttpProblem, IOException;
    }

    private void route(String path, Route route) {
        server.createContext(path, exchange -> {
            try (exchange) {
                answer(path, route, exchange);
            }
        });
    }

    private void answer(String path, Route route, HttpExchange exchange) throws IOException {
        try {
            String asked = exchange.getRequestURI().getPath();
            if (!asked.equals(path)) {
                throw new HttpProblem(
                        404,
                        "there is no " + asked
                                + ", but there is /, /status, /health/live, /health/ready, /metrics and /search");
            }
            route.handle(exchange);
        } catch (HttpProblem problem) {
            json(exchange, problem.status(), Map.of("error", String.valueOf(problem.getMessage())));
        } catch (RuntimeException e) {
            LOG.warn("{} failed", path, e);
            json(exchange, 500, Map.of("error", "internal error"));
        }
    }

    private void health(HttpExchange exchange, String status, @Nullable String whyNot) throws HttpProblem, IOException {
        onlyGet(exchange);
        if (whyNot == null) {
            json(exchange, 200, Map.of("status", status));
        } else {
            json(exchange, 503, Map.of("status", "not " + status, "reason", whyNot));
        }
    }

    private static void onlyGet(HttpExchange exchange) throws HttpProblem {
        if (!exchange.getRequestMethod().equals("GET")
                && !exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            throw new HttpProblem(405, "GET only");
        }
    }

    private void json(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, JSON, mapper.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}

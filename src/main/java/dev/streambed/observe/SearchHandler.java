package dev.streambed.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /search?q=…&k=…} and {@code POST /search}. As many searches at once as given; more are told to come again, so that
 * health and metrics always find a thread.
 */
final class SearchHandler {
    /** Bytes of a request's body. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MOST_DEPTH = 16;
    private static final int MOST_DIGITS = 64;

    private final SearchFunction search;
    private final Readiness readiness;
    private final ObjectMapper mapper;
    private final Semaphore permits;

    SearchHandler(SearchFunction search, Readiness readiness, ObjectMapper mapper, int atOnce) {
        this.search = search;
        this.readiness = readiness;
        this.mapper = mapper;
        this.permits = new Semaphore(atOnce);
    }

    /** Reads what anybody may send to the port; its size is bounded before. */
    static ObjectMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MOST_DEPTH)
                                .maxNumberLength(MOST_DIGITS)
                                .maxStringLength(MOST_BYTES)
                                .maxNameLength(MOST_BYTES)
                                .build())
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .build())
                .build();
    }

    SearchResponse handle(HttpExchange exchange) throws HttpProblem, IOException {
        SearchRequest request =
                switch (exchange.getRequestMethod()) {
                    case "GET" -> ofQuery(exchange.getRequestURI().getRawQuery());
                    case "POST" -> ofBody(exchange);
                    default -> throw new HttpProblem(405, "GET or POST");
                };
        if (!permits.tryAcquire()) {
            throw new HttpProblem(503, "too many searches at once; try again");
        }
        try {
            return answer(request);
        } finally {
            permits.release();
        }
    }

    private SearchResponse answer(SearchRequest request) throws HttpProblem {
        List<String> texts =
                request.queries().stream().map(SearchRequest.Query::text).toList();
        List<List<SearchResponse.Hit>> hits;
        try {
            hits = search.search(texts, request.k());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpProblem(503, "the service is stopping");
        } catch (Exception e) {
            String reason = readiness.notReadyReason();
            throw new HttpProblem(503, "the search failed: " + (reason != null ? reason : e.getMessage()));
        }
        List<SearchResponse.Result> results = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            results.add(new SearchResponse.Result(request.queries().get(i).id(), hits.get(i)));
        }
        return new SearchResponse(results);
    }

    private static SearchRequest ofQuery(@Nullable String rawQuery) throws HttpProblem {
        Map<String, String> parameters = parameters(rawQuery);
        String text = parameters.get("q");
        if (text == null || text.isBlank()) {
            throw new HttpProblem(400, "q is missing: /search?q=what+to+look+for&k=10");
        }
        return new SearchRequest(List.of(new SearchRequest.Query("1", text)), hitsWanted(parameters.get("k")));
    }

    private SearchRequest ofBody(HttpExchange exchange) throws HttpProblem, IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new HttpProblem(413, "the body is larger than " + MOST_BYTES + " bytes; send fewer queries at once");
        }
        JsonNode root;
        try {
            root = mapper.readTree(body);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation(); // null where a limit was passed
            throw new HttpProblem(
                    400,
                    at == null
                            ? "the body is beyond a limit: " + e.getOriginalMessage()
                            : "the body is not JSON: line " + at.getLineNr());
        }
        JsonNode list = root.path("queries");
        if (!list.isArray() || list.isEmpty() || list.size() > SearchRequest.MOST_QUERIES) {
            throw new HttpProblem(
                    400, "queries must be a list of 1.." + SearchRequest.MOST_QUERIES + " objects {id, text}");
        }
        List<SearchRequest.Query> queries = new ArrayList<>();
        for (JsonNode query : list) {
            if (!query.path("text").isTextual() || query.path("text").asText().isBlank()) {
                throw new HttpProblem(400, "query " + (queries.size() + 1) + " has no text");
            }
            String id = query.path("id").asText(Integer.toString(queries.size() + 1));
            queries.add(new SearchRequest.Query(id, query.path("text").asText()));
        }
        JsonNode k = root.path("k");
        return new SearchRequest(queries, hitsWanted(k.isMissingNode() ? null : k.asText()));
    }

    private static int hitsWanted(@Nullable String k) throws HttpProblem {
        if (k == null) {
            return SearchRequest.DEFAULT_HITS;
        }
        try {
            int wanted = Integer.parseInt(k);
            if (wanted >= 1 && wanted <= SearchRequest.MOST_HITS) {
                return wanted;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number out of range is.
        }
        throw new HttpProblem(400, "k must be 1.." + SearchRequest.MOST_HITS);
    }

    private static Map<String, String> parameters(@Nullable String rawQuery) throws HttpProblem {
        Map<String, String> parameters = new HashMap<>();
        if (rawQuery == null) {
            return parameters;
        }
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    parameters.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw new HttpProblem(400, "the query string is not percent-encoded");
                }
            }
        }
        return parameters;
    }
}

package dev.streambed.cli.faults.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Milvus of the suite's own, started by {@code scripts/milvus}, that can be killed and brought back. Owned by the suite's
 * thread; all runs use the same one, each a collection of its own.
 */
public final class MilvusServer implements AutoCloseable {
    private static final Duration DROP = Duration.ofSeconds(60);

    private final Path script;
    private final Path data;
    private final int port;

    private MilvusServer(Path script, Path data, int port) {
        this.script = script;
        this.data = data;
        this.port = port;
    }

    /**
     * Starts one, which takes seconds, or a minute where it must be installed first.
     *
     * @param script {@code scripts/milvus} of a checkout
     * @param data its own directory
     * @throws RunFailedException if it cannot be had: Python 3 with pip is needed
     */
    public static MilvusServer start(Path script, Path data) {
        if (!Files.isExecutable(script)) {
            throw new RunFailedException("there is no " + script + " to start a Milvus with; run this from a checkout");
        }
        String uri = run(script, List.of("start", "--data", data.toString(), "--port", "0"));
        return new MilvusServer(script, data, URI.create(uri).getPort());
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** {@code kill -9}. */
    public void kill() {
        var unused = run(script, List.of("stop", "--data", data.toString(), "--now"));
    }

    /** On its data and its port; returns when it answers queries, which takes half a minute after a kill. */
    public void startAgain() {
        var unused = run(
                script,
                List.of("start", "--data", data.toString(), "--port", Integer.toString(port), "--timeout", "240"));
    }

    /** Drops a collection, as somebody may who thinks that nobody needs it. */
    public void drop(String collection) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/v1/vector/collections/drop"))
                .header("Content-Type", "application/json")
                .timeout(DROP)
                .POST(HttpRequest.BodyPublishers.ofString("{\"collectionName\":\"" + collection + "\"}"))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (!answer.body().contains("\"code\":200")) {
                throw new RunFailedException("Milvus does not drop " + collection + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new RunFailedException("Milvus does not drop " + collection + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted while Milvus was dropping " + collection, e);
        }
    }

    private static String run(Path script, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(arguments);
        try {
            Path messages = Files.createTempFile("streambed-milvus", ".log");
            Process process = new ProcessBuilder(command)
                    .redirectError(messages.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new RunFailedException(
                        script + " " + arguments.get(0) + " failed: " + Files.readString(messages));
            }
            Files.delete(messages);
            return out;
        } catch (IOException e) {
            throw new RunFailedException(script + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted while Milvus was starting or stopping", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}

package dev.streambed.cli.faults.process;

import java.io.File;
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
import org.jspecify.annotations.Nullable;

/**
 * A real Milvus of the suite's own, started by {@code scripts/milvus}, that can be killed and brought back. Owned by the suite's
 * thread; all runs use the same one, each a collection of its own. It is nobody's child, so a shutdown hook ends it with this JVM,
 * also amid its start.
 */
public final class MilvusServer implements AutoCloseable {
    private static final Duration DROP = Duration.ofSeconds(60);

    private final Path script;
    private final Path data;
    private final Thread atExit = new Thread(this::abandon, "stop-milvus");
    private final Object lock = new Object();
    private @Nullable Process running; // the script; guarded by lock
    private boolean ending; // guarded by lock
    private volatile int port;

    private MilvusServer(Path script, Path data) {
        this.script = script;
        this.data = data;
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
        MilvusServer server = new MilvusServer(script, data);
        Runtime.getRuntime().addShutdownHook(server.atExit);
        try {
            server.port = URI.create(server.start("--port", "0")).getPort();
            return server;
        } catch (RunFailedException e) {
            boolean unused = server.forgetHook();
            throw e;
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** {@code kill -9}. */
    public void kill() {
        var unused = finish("stop", begin("stop", "--now"));
    }

    /**
     * On its data and its port; returns when it answers queries, which takes half a minute after a kill, and at once where it runs. Any
     * thread: of two the second waits for the first.
     */
    public synchronized void startAgain() {
        var unused = start("--port", Integer.toString(port), "--timeout", "240");
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

    private String start(String... options) {
        Process process;
        synchronized (lock) {
            if (ending) {
                throw new RunFailedException("Milvus is not started any more: the suite is ending");
            }
            process = begin("start", options);
            running = process;
        }
        return finish("start", process);
    }

    private Process begin(String what, String... options) {
        List<String> command = new ArrayList<>(List.of(script.toString(), what, "--data", data.toString()));
        command.addAll(List.of(options));
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(messages().toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
        } catch (IOException e) {
            throw new RunFailedException(script + " cannot be run: " + e.getMessage(), e);
        }
    }

    /** What the script said, beside the data. */
    private Path messages() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    private String finish(String what, Process process) {
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new RunFailedException(script + " " + what + " failed: " + Files.readString(messages()));
            }
            return out;
        } catch (IOException e) {
            throw new RunFailedException(script + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted while Milvus was starting or stopping", e);
        }
    }

    /** On the hook's thread. */
    private void abandon() {
        Process starting;
        synchronized (lock) {
            ending = true;
            starting = running;
        }
        if (starting != null) {
            List<ProcessHandle> children = starting.descendants().toList();
            starting.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
        kill();
    }

    /** False where the JVM is ending: then the hook is at it. */
    private boolean forgetHook() {
        try {
            return Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            return false;
        }
    }

    @Override
    public void close() {
        if (forgetHook()) {
            kill();
        }
    }
}

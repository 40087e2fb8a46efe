package dev.streambed.embed.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A loaded sentence embedding model: token ids in, normalised vectors out. One session, shared by all slots; any thread may call
 * {@link #newRunner}. {@link #close} only after every runner has returned.
 */
public final class SentenceModel implements EmbeddingModel {
    private static final Set<String> KNOWN_INPUTS = Set.of(OrtRunner.IDS, OrtRunner.MASK, OrtRunner.TYPES);
    private static final int[] WARM_UP = {0, 0, 0, 0};

    private final Sessions.Opened opened;
    private final String sha256;
    private final int dimension;

    private SentenceModel(Sessions.Opened opened, String sha256) {
        this.opened = opened;
        this.sha256 = sha256;
        checkInputs(opened.session().getInputNames());
        this.dimension = newRunner().embed(List.of(WARM_UP))[0].length;
    }

    /**
     * Loads a model and runs it once.
     *
     * @throws ModelException where a file is missing or broken, or the graph is none of a sentence embedding model
     */
    public static SentenceModel open(ModelFiles files, Device device) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer graph = graph(files, digest);
            Sessions.Opened opened = Sessions.open(graph, device);
            try {
                return new SentenceModel(opened, HexFormat.of().formatHex(digest.digest()));
            } catch (RuntimeException e) {
                close(opened);
                throw e;
            }
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + files.name() + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The model's bytes, digested, and the pooling behind them; off the heap, for they are large and soon garbage. */
    private static ByteBuffer graph(ModelFiles files, MessageDigest digest) throws IOException {
        int size = Math.toIntExact(files.onnx().size());
        int room = 4096; // the tail has some 1,200 bytes
        ByteBuffer graph = ByteBuffer.allocateDirect(size + room);
        try (InputStream in = files.onnx().open();
                ReadableByteChannel channel = Channels.newChannel(in)) {
            graph.limit(size);
            while (graph.hasRemaining() && channel.read(graph) >= 0) {
                // until it is full, or the file is shorter than it said
            }
        }
        graph.flip();
        digest.update(graph.duplicate());
        byte[] tail = PoolingGraph.tail(GraphOutput.choose(graph), OrtRunner.MASK, files.pooling());
        int end = graph.limit();
        graph.limit(end + tail.length);
        graph.put(end, tail);
        return graph;
    }

    private static void checkInputs(Set<String> inputs) {
        if (!inputs.contains(OrtRunner.IDS) || !inputs.contains(OrtRunner.MASK) || !KNOWN_INPUTS.containsAll(inputs)) {
            throw new ModelException("the graph's inputs are " + inputs + "; " + OrtRunner.IDS + " and "
                    + OrtRunner.MASK + " are needed, " + OrtRunner.TYPES + " is allowed");
        }
    }

    @Override
    public BatchModel newRunner() {
        return new OrtRunner(Sessions.environment(), opened.session());
    }

    /** As the model gave them when it was first run. */
    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Device device() {
        return opened.device();
    }

    /** SHA-256 of the model file. */
    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public void close() {
        close(opened);
    }

    private static void close(Sessions.Opened opened) {
        try {
            opened.session().close();
        } catch (OrtException e) {
            throw new ModelException("the session does not close", e);
        }
    }
}

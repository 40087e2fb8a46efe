package dev.streambed.embed.model;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A loaded sentence embedding model: token ids in, normalised vectors out. Any thread may call {@link #newRunner}. {@link #close} only
 * after every runner has returned.
 *
 * <p>On CUDA all slots share one session. On a CPU each slot has one of its own, while their weights together stay below 1 GiB: in a shared
 * one what a core has just written is given to another core to write upon, and two cores do 1.5 times the work of one instead of 1.9 times.
 *
 * <p>float16 is another arithmetic, not another model: as with the device, its vectors lie in the space of the float32 ones (cosine
 * 0.9999), so {@link #sha256} is that of the float32 graph in both cases, and a machine whose GPU does not start goes on on its CPU.
 */
public final class SentenceModel implements EmbeddingModel {
    private static final Set<String> KNOWN_INPUTS = Set.of(OrtRunner.IDS, OrtRunner.MASK, OrtRunner.TYPES);
    private static final int[] WARM_UP = {0, 0, 0, 0};

    /** Of different lengths, so that there is padding in the batch; low ids, which every vocabulary has. */
    private static final List<int[]> PROBES = Stream.of(3, 40, 17)
            .map(length -> IntStream.range(0, length).map(i -> 5 + i * 7 % 90).toArray())
            .toList();

    private static final double ALIKE = 0.999;

    /** Of all sessions together: a CPU of many cores and a large model would have more of its copies than of anything else. */
    private static final long MOST_WEIGHT_BYTES = 1L << 30;

    private final ModelFiles files;
    private final Sessions.Opened opened;
    private final String sha256;
    private final int dimension;
    private final int mostSessions;
    private final List<Sessions.Opened> sessions = new ArrayList<>(); // guarded by itself; the first is opened
    private int runners; // guarded by sessions

    private SentenceModel(ModelFiles files, Sessions.Opened opened, String sha256) throws IOException {
        this.files = files;
        this.opened = opened;
        this.sha256 = sha256;
        this.sessions.add(opened);
        this.mostSessions = opened.device() == Device.CUDA
                ? 1
                : sessionsOnCpu(files.onnx().size(), Runtime.getRuntime().availableProcessors());
        checkInputs(opened.session().getInputNames());
        this.dimension = opened.newRunner().embed(List.of(WARM_UP))[0].length;
    }

    /** Sessions that a CPU of so many cores has for a model of this size, 1 or more. */
    static int sessionsOnCpu(long modelBytes, int cores) {
        return (int) Math.max(1, Math.min(cores, MOST_WEIGHT_BYTES / Math.max(1, modelBytes)));
    }

    /**
     * Loads a model and runs it once.
     *
     * @throws ModelException where a file is missing or broken, or the graph is none of a sentence embedding model
     */
    public static SentenceModel open(ModelFiles files, Placement placement) {
        ModelFiles.Source half = files.half();
        if (placement.precision() == Precision.FP16 && placement.device() == Device.CPU) {
            throw new ModelException("model.precision is fp16, and model.device is cpu: float16 needs CUDA");
        }
        if (placement.precision() == Precision.FP16 && half == null) {
            throw new ModelException("model.precision is fp16, and the model " + files.name()
                    + " has no onnx/model_fp16.onnx; tools/fuse_fp16.py makes it from the model's directory");
        }
        try {
            Sessions.Opened opened = Sessions.open(
                    precision -> graph(precision == Precision.FP16 && half != null ? half : files.onnx(), files),
                    half != null,
                    placement);
            try {
                if (opened.precision() == Precision.FP16) {
                    requireAlike(opened.newRunner(), files);
                }
                return new SentenceModel(files, opened, sha256(files.onnx()));
            } catch (RuntimeException | IOException e) {
                close(opened);
                throw e;
            }
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + files.name() + ": " + e.getMessage(), e);
        }
    }

    /** A float16 graph may be another model's, or be made wrong: its vectors would be stored for good before anybody saw. */
    static void requireAlike(BatchModel half, ModelFiles files) throws IOException {
        float[][] vectors = half.embed(PROBES);
        Sessions.Opened exact = Sessions.open(precision -> graph(files.onnx(), files), false, Placement.CPU);
        try {
            float[][] expected = exact.newRunner().embed(PROBES);
            for (int i = 0; i < expected.length; i++) {
                double cosine = dot(vectors[i], expected[i]);
                if (!(cosine >= ALIKE)) {
                    throw new ModelException("onnx/model_fp16.onnx of " + files.name()
                            + " is not the same model as its float32 graph: its vectors have cosine " + cosine
                            + " (at least " + ALIKE + "); make it anew with tools/fuse_fp16.py, or set model.precision"
                            + " to fp32");
                }
            }
        } finally {
            close(exact);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static String sha256(ModelFiles.Source source) throws IOException {
        try (InputStream in = source.open()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[1 << 16];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                digest.update(piece, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** A graph's bytes and the pooling behind them; off the heap, for they are large and soon garbage. */
    private static ByteBuffer graph(ModelFiles.Source source, ModelFiles files) throws IOException {
        int size = Math.toIntExact(source.size());
        int room = 4096; // the tail has some 1,200 bytes
        ByteBuffer graph = ByteBuffer.allocateDirect(size + room);
        try (InputStream in = source.open();
                ReadableByteChannel channel = Channels.newChannel(in)) {
            graph.limit(size);
            while (graph.hasRemaining() && channel.read(graph) >= 0) {
                // until it is full, or the file is shorter than it said
            }
        }
        graph.flip();
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

    /**
     * A way into the model for one slot.
     *
     * @throws ModelException where another session is due and cannot be opened
     */
    @Override
    public BatchModel newRunner() {
        synchronized (sessions) {
            int session = runners % mostSessions;
            if (session == sessions.size()) {
                try {
                    sessions.add(Sessions.onCpu(precision -> graph(files.onnx(), files)));
                } catch (IOException e) {
                    throw new ModelException("cannot read the model " + files.name() + ": " + e.getMessage(), e);
                }
            }
            runners++; // only now: a session that could not be opened is due again
            return sessions.get(session).newRunner();
        }
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

    @Override
    public Precision precision() {
        return opened.precision();
    }

    /** SHA-256 of the float32 graph, whichever runs. */
    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public void close() {
        synchronized (sessions) {
            sessions.forEach(SentenceModel::close);
        }
    }

    private static void close(Sessions.Opened opened) {
        try {
            opened.session().close();
        } catch (OrtException e) {
            throw new ModelException("the session does not close", e);
        }
    }
}

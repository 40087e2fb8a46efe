package dev.streambed.embed.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes ONNX Runtime sessions: on CUDA where asked for and possible, else on the CPU, said aloud. */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** Enough for getEnvironment() under any command line; see {@link #environment}. */
    private static final long STACK_BYTES = 16L << 20;

    private Sessions() {}

    /**
     * A session and where it ended up.
     *
     * @param session the caller closes it
     * @param device CPU or CUDA
     * @param precision of the graph: FP32 or FP16
     * @param arena the memory its batches live in, as ONNX Runtime names it
     */
    record Opened(OrtSession session, Device device, Precision precision, String arena) {
        BatchModel newRunner() {
            return new OrtRunner(environment(), session, arena);
        }
    }

    /** Reads a graph, once it is known which is needed. */
    interface Graphs {
        /** The graph's bytes, ready to be read. */
        ByteBuffer read(Precision precision) throws IOException;
    }

    /**
     * Opens a session.
     *
     * @param half whether there is a float16 graph
     * @throws ModelException where the graph cannot be loaded on the CPU either
     */
    static Opened open(Graphs graphs, boolean half, Placement wanted) throws IOException {
        OrtEnvironment environment = environment();
        if (wanted.device() != Device.CPU) {
            Precision precision = wanted.precision() != Precision.FP32 && half ? Precision.FP16 : Precision.FP32;
            // Options that failed to take CUDA are not used again: they keep half of it.
            try (SessionOptions options = cuda(wanted)) {
                OrtSession session = environment.createSession(graphs.read(precision), options);
                LOG.info("The model runs on CUDA device {} in {}", wanted.deviceId(), precision);
                return new Opened(session, Device.CUDA, precision, "gpu:" + wanted.deviceId());
            } catch (OrtException e) {
                if (wanted.device() == Device.CUDA) {
                    LOG.warn("CUDA was asked for and does not start; the model runs on the CPU: {}", e.getMessage());
                } else {
                    LOG.info("The model runs on the CPU; no CUDA: {}", e.getMessage());
                }
            }
        }
        return onCpu(graphs);
    }

    /**
     * Opens a session on the CPU.
     *
     * @throws ModelException where the graph cannot be loaded
     */
    static Opened onCpu(Graphs graphs) throws IOException {
        try (SessionOptions options = cpu()) {
            return new Opened(
                    environment().createSession(graphs.read(Precision.FP32), options),
                    Device.CPU,
                    Precision.FP32,
                    "cpu:0");
        } catch (OrtException e) {
            throw new ModelException("ONNX Runtime does not load the model: " + e.getMessage(), e);
        }
    }

    /**
     * The process's environment. ONNX Runtime 1.29.0 overflows the main thread's stack here where the command line is long (a class
     * path of some 3,000 characters is enough) and takes the process down without a word; a thread with a larger stack does not.
     */
    static OrtEnvironment environment() {
        Thread first = new Thread(null, Sessions::start, "streambed-onnx-start", STACK_BYTES);
        first.start();
        boolean interrupted = false;
        while (first.isAlive()) {
            try {
                first.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return OrtEnvironment.getEnvironment(); // made above, or throws what it threw
    }

    /** The launcher and the image switch telemetry off before anything is written; this is for who starts the jar without them. */
    private static void start() {
        try {
            OrtEnvironment.getEnvironment().setTelemetry(false);
        } catch (OrtException e) {
            LOG.warn("ONNX Runtime's telemetry cannot be switched off; set ORT_DISABLE_TELEMETRY=1", e);
        }
    }

    private static SessionOptions cuda(Placement wanted) throws OrtException {
        SessionOptions options = common(OptLevel.ALL_OPT);
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(wanted.deviceId())) {
            if (wanted.deviceMemoryBytes() > 0) {
                cuda.add("gpu_mem_limit", Long.toString(wanted.deviceMemoryBytes()));
            }
            options.addCUDA(cuda);
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }

    private static SessionOptions cpu() throws OrtException {
        return common(OptLevel.BASIC_OPT); // no slower than ALL_OPT here, and starts faster
    }

    /** Parallel across batches, not within one: two threads on one matrix wait for each other, two on two do not. */
    private static SessionOptions common(OptLevel level) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        options.setMemoryPatternOptimization(false); // it keeps a plan for each shape seen: thousands here
        options.setOptimizationLevel(level);
        return options;
    }
}

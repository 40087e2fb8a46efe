package dev.streambed.embed.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An output of an ONNX graph, read from the file's bytes before there is a session.
 *
 * @param name the value's name
 * @param rank its number of dimensions; 3 = a vector a token, 2 = a vector a text; 0 where the file does not say
 */
record GraphOutput(String name, int rank) {
    // Field numbers of onnx.proto (ModelProto, GraphProto, ValueInfoProto, TypeProto, TypeProto.Tensor,
    // TensorShapeProto).
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_OUTPUT = 12;
    private static final int VALUE_NAME = 1;
    private static final int VALUE_TYPE = 2;
    private static final int TYPE_TENSOR = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int SHAPE_DIM = 1;

    /** Whether this is one vector a text. */
    boolean pooled() {
        return rank == 2 || (rank == 0 && name.equals("sentence_embedding"));
    }

    /**
     * The output that vectors are made of: what is already pooled under sentence-transformers' name, else the token vectors, else
     * anything pooled.
     *
     * @throws ModelException where there is none
     */
    static GraphOutput choose(ByteBuffer model) {
        List<GraphOutput> outputs = all(model);
        return first(outputs, o -> o.name.equals("sentence_embedding"))
                .or(() -> first(outputs, o -> o.name.equals("last_hidden_state") || o.name.equals("token_embeddings")))
                .or(() -> first(outputs, o -> o.rank == 3))
                .or(() -> first(outputs, GraphOutput::pooled))
                .orElseThrow(() -> new ModelException("no output of the graph is an embedding: " + outputs));
    }

    private static Optional<GraphOutput> first(List<GraphOutput> outputs, Predicate<GraphOutput> wanted) {
        return outputs.stream().filter(wanted).findFirst();
    }

    static List<GraphOutput> all(ByteBuffer model) {
        List<GraphOutput> outputs = new ArrayList<>();
        ProtoReader file = new ProtoReader(model.duplicate());
        for (int field = file.next(); field != 0; field = file.next()) {
            if (field == MODEL_GRAPH) {
                ProtoReader graph = file.message();
                for (int inner = graph.next(); inner != 0; inner = graph.next()) {
                    if (inner == GRAPH_OUTPUT) {
                        outputs.add(value(graph.message()));
                    }
                }
            }
        }
        return outputs;
    }

    private static GraphOutput value(ProtoReader value) {
        String name = "";
        int rank = 0;
        for (int field = value.next(); field != 0; field = value.next()) {
            if (field == VALUE_NAME) {
                name = value.string();
            } else if (field == VALUE_TYPE) {
                rank = rank(value.message());
            }
        }
        return new GraphOutput(name, rank);
    }

    private static int rank(ProtoReader type) {
        int dims = 0;
        for (int field = type.next(); field != 0; field = type.next()) {
            if (field == TYPE_TENSOR) {
                ProtoReader tensor = type.message();
                for (int inner = tensor.next(); inner != 0; inner = tensor.next()) {
                    if (inner == TENSOR_SHAPE) {
                        ProtoReader shape = tensor.message();
                        for (int dim = shape.next(); dim != 0; dim = shape.next()) {
                            dims += dim == SHAPE_DIM ? 1 : 0;
                        }
                    }
                }
            }
        }
        return dims;
    }
}

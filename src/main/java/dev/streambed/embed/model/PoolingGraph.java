package dev.streambed.embed.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Pooling and L2 normalisation as nodes of the graph, so that [batch, dimension] leaves the device and not [batch, tokens,
 * dimension].
 *
 * <p>{@link #tail} is a serialized ModelProto to append to a model's bytes: protobuf merges a message that occurs twice and joins its
 * repeated fields, so the nodes end up behind the model's own. Only operators whose form is the same in every opset from 5 on are
 * used (Unsqueeze, ReduceL2 and LpNormalization are not, or lack a CUDA kernel), so the model keeps its opset; constants are
 * Constant nodes, for initializers without an input need IR version 4.
 *
 * <p>The mean's divisor is left out: a vector's length does not survive the normalisation anyway. A vector of length zero becomes
 * NaN, which the caller refuses.
 */
final class PoolingGraph {
    /** Name of the output this adds: float32, [batch, dimension], each row of length 1. */
    static final String OUTPUT = "streambed/embedding";

    /** Name of a second one: float32, [batch], the length of each row before; the mean's, not the sum's. Free where nobody asks for it. */
    static final String NORM = "streambed/norm";

    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final ProtoWriter graph = new ProtoWriter();

    private PoolingGraph() {}

    /**
     * The bytes to append.
     *
     * @param output what to pool; where it is pooled already it is only normalised
     * @param mask name of the attention mask input, [batch, tokens]
     */
    static byte[] tail(GraphOutput output, String mask, Pooling pooling) {
        PoolingGraph tail = new PoolingGraph();
        if (output.pooled()) {
            tail.norm(tail.normalise(tail.reshape(tail.cast(output.name()), 0, 1, -1)));
        } else if (pooling == Pooling.CLS) {
            tail.norm(tail.normalise(tail.cast(tail.firstToken(output.name()))));
        } else {
            String real = tail.reshape(tail.cast(mask), 0, 1, -1);
            String length = tail.normalise(tail.node("MatMul", real, tail.cast(output.name())));
            // A mask of ones and zeros times itself is the number of ones; ReduceSum changed its form with opset 13.
            String tokens = tail.node("MatMul", real, tail.reshape(real, 0, -1, 1));
            tail.norm(tail.node("Div", length, tokens));
        }
        return new ProtoWriter().message(7, tail.graph).toByteArray(); // ModelProto.graph
    }

    private int values;

    /** [batch, 1, dimension] to [batch, dimension], each divided by its length; returns the lengths, [batch, 1, 1]. */
    private String normalise(String row) {
        String squares = node("MatMul", row, reshape(row, 0, -1, 1));
        String length = node("Sqrt", squares);
        output(OUTPUT, node("Div", row, length), 0, -1);
        return length;
    }

    /** [batch, 1, 1] to [batch]. */
    private void norm(String length) {
        output(NORM, length, -1);
    }

    private void output(String name, String value, long... shape) {
        add("Reshape", name, new ProtoWriter(), value, constant(shape));
        ProtoWriter tensor = new ProtoWriter().integer(1, FLOAT); // TypeProto.Tensor.elem_type; the shape is inferred
        ProtoWriter type = new ProtoWriter().message(1, tensor);
        graph.message(12, new ProtoWriter().string(1, name).message(2, type)); // GraphProto.output
    }

    private String firstToken(String tokens) {
        ProtoWriter axis =
                new ProtoWriter().string(1, "axis").integer(3, 1).integer(20, 2); // AttributeProto: name, i, type INT
        return add("Gather", value(), new ProtoWriter().message(5, axis), tokens, constant(0));
    }

    private String cast(String input) {
        ProtoWriter to = new ProtoWriter().string(1, "to").integer(3, FLOAT).integer(20, 2);
        return add("Cast", value(), new ProtoWriter().message(5, to), input);
    }

    private String reshape(String input, long... shape) {
        return node("Reshape", input, constant(shape));
    }

    private String constant(long... numbers) {
        ByteBuffer raw = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(numbers);
        ProtoWriter tensor = new ProtoWriter()
                .integer(1, numbers.length) // TensorProto: dims, data_type, raw_data
                .integer(2, INT64)
                .bytes(9, raw.array());
        ProtoWriter value =
                new ProtoWriter().string(1, "value").message(5, tensor).integer(20, 4); // t, type TENSOR
        return add("Constant", value(), new ProtoWriter().message(5, value));
    }

    private String node(String operator, String... inputs) {
        return add(operator, value(), new ProtoWriter(), inputs);
    }

    private String value() {
        return "streambed/" + values++;
    }

    /** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5; protobuf's fields may come in any order. */
    private String add(String operator, String output, ProtoWriter node, String... inputs) {
        for (String input : inputs) {
            node.string(1, input);
        }
        graph.message(1, node.string(2, output).string(3, output).string(4, operator));
        return output;
    }
}

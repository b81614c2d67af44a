package dev.reverie.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Models of one operation as the bytes of an ONNX file, which is a protocol buffer; field numbers from {@code
 * onnx.proto3} of github.com/onnx/onnx.
 */
final class OnnxModel {
    private static final int FLOAT = 1;
    private static final int INTEGERS = 7; // type of an attribute

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** {@code y = a b}. */
    static byte[] matmul(int m, int n, int k) {
        OnnxModel node = node("MatMul", "a", "b");
        return model(node, new OnnxModel().message(11, value("a", m, k)).message(11, value("b", k, n)), m, n);
    }

    /** {@code y = a weightᵀ + bias}; weight {@code [n, k]}. */
    static byte[] linear(int m, int n, int k, float[] weight, float[] bias) {
        OnnxModel node = node("Gemm", "a", "weight", "bias").message(5, attribute("transB", 1));
        OnnxModel inputs = new OnnxModel()
                .message(5, tensor("weight", weight, n, k))
                .message(5, tensor("bias", bias, n))
                .message(11, value("a", m, k));
        return model(node, inputs, m, n);
    }

    /** A convolution of {@code a [1, c, h, w]} with equal sides; weight {@code [o, c, k, k]}. */
    static byte[] convolution(
            int c, int o, int[] size, int[] result, int k, int stride, int pad, float[] weight, float[] bias) {
        OnnxModel node = node("Conv", "a", "weight", "bias")
                .message(5, attribute("strides", stride, stride))
                .message(5, attribute("pads", pad, pad, pad, pad));
        OnnxModel inputs = new OnnxModel()
                .message(5, tensor("weight", weight, o, c, k, k))
                .message(5, tensor("bias", bias, o))
                .message(11, value("a", 1, c, size[0], size[1]));
        return model(node, inputs, 1, o, result[0], result[1]);
    }

    private static byte[] model(OnnxModel node, OnnxModel inputs, int... shape) {
        OnnxModel graph = new OnnxModel().message(1, node).text(2, "graph");
        graph.bytes.writeBytes(inputs.bytes.toByteArray());
        graph.message(12, value("y", shape));
        OnnxModel operators = new OnnxModel().number(2, 13); // version of the operators' set
        return new OnnxModel().number(1, 8).message(8, operators).message(7, graph).bytes.toByteArray();
    }

    private static OnnxModel node(String operator, String... inputs) {
        OnnxModel node = new OnnxModel();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, "y").text(4, operator);
    }

    private static OnnxModel attribute(String name, int value) {
        return new OnnxModel().text(1, name).number(3, value).number(20, 2);
    }

    private static OnnxModel attribute(String name, int first, int... rest) {
        OnnxModel attribute = new OnnxModel().text(1, name).number(8, first);
        for (int value : rest) {
            attribute.number(8, value);
        }
        return attribute.number(20, INTEGERS);
    }

    private static OnnxModel tensor(String name, float[] values, int... shape) {
        OnnxModel tensor = new OnnxModel();
        for (int size : shape) {
            tensor.number(1, size);
        }
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor.number(2, FLOAT).text(8, name).field(9, raw.array());
    }

    private static OnnxModel value(String name, int... shape) {
        OnnxModel sizes = new OnnxModel();
        for (int size : shape) {
            sizes.message(1, new OnnxModel().number(1, size));
        }
        OnnxModel type = new OnnxModel().number(1, FLOAT).message(2, sizes);
        return new OnnxModel().text(1, name).message(2, new OnnxModel().message(1, type));
    }

    private OnnxModel message(int field, OnnxModel message) {
        return field(field, message.bytes.toByteArray());
    }

    private OnnxModel text(int field, String text) {
        return field(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel field(int field, byte[] content) {
        varint((field << 3) | 2);
        varint(content.length);
        bytes.writeBytes(content);
        return this;
    }

    private OnnxModel number(int field, int value) {
        varint(field << 3);
        varint(value);
        return this;
    }

    /** Seven bits a byte, lowest first; the eighth says that more follow. */
    private void varint(int value) {
        int rest = value;
        for (; rest >= 128; rest >>>= 7) {
            bytes.write((rest & 127) | 128);
        }
        bytes.write(rest);
    }
}

package dev.reverie.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.reverie.tensor.Window;
import dev.reverie.tensor.kernel.Pool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** One operation in ONNX Runtime, in its own layout, with as many threads as Reverie has. */
final class OnnxCall implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

    private OnnxCall(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Pool.threads());
            session = environment.createSession(model, options);
        }
    }

    static OnnxCall prepare(Workload w) throws OrtException {
        return switch (w.operation()) {
            case "matmul" -> matmul(w.size("m"), w.size("n"), w.size("k"));
            case "linear" -> linear(w.size("m"), w.size("n"), w.size("k"));
            case "conv2d" -> convolution(w);
            default -> throw new IllegalArgumentException("no model was written of " + w.operation());
        };
    }

    private static OnnxCall matmul(int m, int n, int k) throws OrtException {
        OnnxCall call = new OnnxCall(OnnxModel.matmul(m, n, k));
        call.input("a", m, k);
        call.input("b", k, n);
        return call;
    }

    private static OnnxCall linear(int m, int n, int k) throws OrtException {
        float[] weight = Inputs.normal(n, k).data();
        OnnxCall call = new OnnxCall(OnnxModel.linear(m, n, k, weight, Inputs.normal(n).data()));
        call.input("a", m, k);
        return call;
    }

    private static OnnxCall convolution(Workload w) throws OrtException {
        int k = w.size("k");
        int pad = w.size("pad", k / 2);
        int stride = w.size("stride", 1);
        Window side = Window.of(k).withStride(stride).withPadding(pad);
        int c = w.size("c");
        int o = w.size("o");
        int[] size = {w.size("h"), w.size("w")};
        int[] result = {side.outputLength(size[0]), side.outputLength(size[1])};
        float[] weight = Inputs.normal(o, c, k, k).data();
        float[] bias = Inputs.normal(o).data();
        OnnxCall call = new OnnxCall(OnnxModel.convolution(c, o, size, result, k, stride, pad, weight, bias));
        call.input("a", 1, c, size[0], size[1]);
        return call;
    }

    private void input(String name, int... shape) throws OrtException {
        float[] values = Inputs.normal(shape).data();
        FloatBuffer memory = ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        memory.put(values).flip();
        long[] sizes = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            sizes[i] = shape[i];
        }
        inputs.put(name, OnnxTensor.createTensor(environment, memory, sizes));
    }

    /** Runs once; the result stays outside of the heap. */
    void run() throws OrtException {
        session.run(inputs).close();
    }

    @Override
    public void close() throws OrtException {
        for (OnnxTensor input : inputs.values()) {
            input.close();
        }
        session.close();
    }
}

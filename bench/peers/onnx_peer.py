"""Kokoro in ONNX Runtime or OpenVINO as a peer: a request `kokoro golden=CASE ...` a line on standard input, the milliseconds of one call on standard output.

    ENGINE=ort|openvino THREADS=1 python onnx_peer.py MODEL.onnx

CASE is a folder with io.safetensors (in.ids, in.ref_s, out.audio). MODEL takes ids, style and speed, in this order; the sound is its first output.
After three calls of warm-up (OpenVINO compiles for each new shape) the faster of two counts. Quantised durations differ, so the sound is a little longer
or shorter than the case's: the time is scaled to the case's length, and both lengths go to standard error. PRECISION (f32, bf16) overrules OpenVINO's choice.
"""
import os, sys, time
import numpy as np
from safetensors.numpy import load_file

threads = int(os.environ.get("THREADS", "1"))


def onnx_runtime(model):
    import onnxruntime
    options = onnxruntime.SessionOptions(); options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs = [(i.name, np.float32 if i.type == "tensor(float)" else np.int32) for i in session.get_inputs()]
    return inputs, lambda feed: session.run(None, feed)[0]


def openvino(model):
    import openvino
    settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
    if "PRECISION" in os.environ: settings["INFERENCE_PRECISION_HINT"] = os.environ["PRECISION"]
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    inputs = [(i.get_any_name(), i.get_element_type().to_dtype()) for i in request.model_inputs]
    return inputs, lambda feed: request.infer(feed)[0]


inputs, run = dict(ort=onnx_runtime, openvino=openvino)[os.environ.get("ENGINE", "ort")](sys.argv[1])
(ids, _), (style, _), (speed, number) = inputs


def kokoro(golden, **_):
    case = load_file(f"{golden}/io.safetensors")
    feed = {ids: case["in.ids"].reshape(1, -1), style: case["in.ref_s"].reshape(1, -1), speed: np.ones(1, number)}
    times = []
    for _ in range(5):
        start = time.perf_counter(); audio = run(feed); times.append(time.perf_counter() - start)
    wanted = case["out.audio"].size
    print(f"{audio.size} samples for {wanted}", file=sys.stderr)
    return min(times[3:]) * 1e3 * wanted / audio.size


for line in sys.stdin:
    operation, *pairs = line.split() or [""]
    if operation: print(f"{kokoro(**dict(p.split('=', 1) for p in pairs)):.5f}" if operation == "kokoro" else "unsupported", flush=True)

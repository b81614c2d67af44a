"""Pictures by diffusers as a peer: a request `picture dir=DIR prompt=rocket steps=20 guidance=4` (and `width=512 height=512`) a line on standard input, the milliseconds of one picture on standard output.

    THREADS=1 python diffusers_peer.py

DIR is a pipeline's folder; it is computed in float32, without its safety checker, with the folder's own scheduler unless another is named.
The first picture is for warm-up, the faster of the next two counts: prompt to pixels, as Reverie's `picture` is timed.
"""
import os, sys, time
import torch
from diffusers import DiffusionPipeline

torch.set_num_threads(int(os.environ.get("THREADS", "1")))
pipelines = {}


def pipeline(folder):
    if folder not in pipelines:
        pipelines.clear()
        pipelines[folder] = DiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32, safety_checker=None)
        pipelines[folder].set_progress_bar_config(disable=True)
    return pipelines[folder]


def picture(dir, prompt, steps, guidance, width=None, height=None):
    pipe, times = pipeline(dir), []
    sizes = dict(width=int(width), height=int(height)) if width else {}
    for seed in range(3):
        start = time.perf_counter()
        pipe(prompt, num_inference_steps=int(steps), guidance_scale=float(guidance), generator=torch.Generator().manual_seed(seed), **sizes)
        times.append(time.perf_counter() - start)
    return min(times[1:]) * 1e3


for line in sys.stdin:
    operation, *pairs = line.split() or [""]
    if operation: print(f"{picture(**dict(p.split('=', 1) for p in pairs)):.5f}" if operation == "picture" else "unsupported", flush=True)

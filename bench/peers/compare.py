"""Times the same workloads in two peers, in turn, and prints their ratio: above 1, Reverie is the faster one.

compare.py [--ours bench/peer] [--peer 'python torch_peer.py'] [--workloads models.tsv] [--rounds 5] [--only WORD] [--json OUT] [--set TRUE=DIR]
A peer reads `OP key=value ...` a line on standard input and answers the milliseconds of one call (or `unsupported`) a line on standard output.
Each workload runs in rounds, both peers in each round one after the other; the figure is the median of the rounds' ratios, with the smallest and largest beside it.
Environment variable THREADS (1) reaches both.
"""
import argparse, json, math, os, shlex, statistics, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("--ours", default=f"{here}/../peer"); p.add_argument("--peer", default=f"{sys.executable} {here}/torch_peer.py")
p.add_argument("--workloads", default=f"{here}/../src/main/resources/dev/reverie/bench/workloads.tsv"); p.add_argument("--rounds", type=int, default=5); p.add_argument("--only", default=""); p.add_argument("--json"); p.add_argument("--set", action="append", default=[], help="WORD=TEXT, put into the arguments")
a = p.parse_args()


class Peer:
    def __init__(self, command):
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, request):
        self.process.stdin.write(request + "\n"); self.process.stdin.flush()
        while True:
            answer = self.process.stdout.readline()
            if not answer: raise SystemExit(f"a peer ended while it worked on: {request}")
            answer = answer.strip()
            if answer == "unsupported": return None
            try: return float(answer)
            except ValueError: print("  peer:", answer, file=sys.stderr)


ours, peer = Peer(a.ours), Peer(a.peer)
result, missing = {}, []
print(f"{'workload':24s} {'ours ms':>10s} {'peer ms':>10s} {'ratio':>6s}   range", flush=True)
for line in open(a.workloads):
    if not line.strip() or line.startswith("#"): continue
    name, op, args = line.rstrip("\n").split("\t")
    for pair in a.set: args = args.replace(*pair.split("=", 1))
    if a.only and a.only not in name: continue
    pairs = []
    for _ in range(a.rounds):
        x, y = ours.ask(f"{op} {args}"), peer.ask(f"{op} {args}")
        if x is None or y is None: break
        pairs.append((x, y))
    if not pairs:
        missing.append(name); print(f"{name:24s} unsupported", flush=True); continue
    ratios = sorted(y / x for x, y in pairs); ratio = statistics.median(ratios)
    result[name] = dict(ours_ms=statistics.median(x for x, _ in pairs), peer_ms=statistics.median(y for _, y in pairs), ratio=ratio, low=ratios[0], high=ratios[-1])
    r = result[name]
    print(f"{name:24s} {r['ours_ms']:10.3f} {r['peer_ms']:10.3f} {ratio:6.2f}   {ratios[0]:.2f} - {ratios[-1]:.2f}", flush=True)
if result:
    all_ratios = [r["ratio"] for r in result.values()]
    worst = min(result, key=lambda n: result[n]["ratio"])
    print(f"{len(result)} workloads, {len(missing)} unsupported; ratio: geometric mean {math.exp(statistics.fmean(map(math.log, all_ratios))):.2f}, median {statistics.median(all_ratios):.2f}, smallest {min(all_ratios):.2f} ({worst})")
if a.json: json.dump(dict(results=result, unsupported=missing, threads=os.environ.get("THREADS", "1")), open(a.json, "w"), indent=1)

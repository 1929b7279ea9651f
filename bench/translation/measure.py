"""Translates every model with mlaas and with the official converters, one after the other: run.sh calls this.

For each process: wall time from start to end, processor time, the most memory it had, and how far the file is from what the
source framework computed. Results are kept in a file; a second run keeps the smaller times.
"""
import argparse
import datetime
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.abspath(os.path.join(HERE, "../.."))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
WRONG = 1e-2

import judge
import models


def run(command, environment, limit):
    """Wall seconds, processor seconds, peak megabytes, exit status, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        clock = subprocess.run([sys.executable, "-I", "-S", os.path.join(HERE, "clock.py"), str(limit), folder, *command], cwd=HERE,
                               env={**os.environ, **ONE_THREAD, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if clock.returncode != 0:
            raise RuntimeError(clock.stderr)
        wall, processor, memory, status = clock.stdout.split()
        with open(os.path.join(folder, "said"), errors="replace") as said:
            return float(wall), float(processor), float(memory), int(status), said.read()


def reason(text, status, limit):
    """The line that tells why, from what a converter said."""
    if status == -signal.SIGKILL:
        return "not finished after %d s" % limit
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ours = [line for line in lines if line.startswith(("not translated", "no such file"))]
    if ours:
        at = lines.index(ours[0])
        return " ".join(lines[at:at + 2] if ours[0].endswith(":") else ours[:1])[:300]
    errors = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Unsupported\w*|Violation|Required)\b", line)]
    return (errors or lines or ["exit status %d" % status])[-1][:300]


def commands(model, pythons, out):
    """Name, command, whether it writes a file."""
    mlaas = [os.path.join(HOME, "mlaas"), "translate", model.file, *model.arguments]
    yield "mlaas", [*mlaas, "-o", out], True
    yield "mlaas-check", [*mlaas, "--check"], False
    for peer, (environment, script, *arguments) in model.peers.items():
        # convert_sklearn.py takes the types of the columns after the file that it writes
        tail = [out] if environment != "sklearn" else [out, arguments.pop()]
        yield peer, [pythons[environment], os.path.join(HERE, script), *arguments, *tail], True


class Workers:
    """One process per converter that translates model after model: what comes out is the same, times are not told."""

    def __init__(self, folder, limit):
        self.folder = folder
        self.limit = limit
        self.running = {}
        self.said = open(os.path.join(folder, "said"), "w+b")

    def worker(self, name, command):
        if name not in self.running:
            if name == "mlaas":
                command = ["bash", os.path.join(HERE, "batch.sh"), self.folder]
            else:
                command = [*command[:2], "--batch"]
            self.running[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said, cwd=HERE,
                                                  env={**os.environ, **ONE_THREAD}, start_new_session=True)
        return self.running[name]

    def run(self, name, command, environment):
        process = self.worker(name, command)
        if name == "mlaas":
            task = "\t".join(command[2:])
        else:
            task = json.dumps({"arguments": command[2:], "environment": environment})
        signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
        signal.alarm(self.limit)
        try:
            process.stdin.write(task.encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline().decode()
        except BrokenPipeError:
            answer = ""
        signal.alarm(0)
        if not answer.strip():
            process.kill()
            process.wait()
            del self.running[name]
            return 1, "the converter's process ended"
        if name == "mlaas":
            status, text = answer.rstrip("\n").split("\t", 1)
            return int(status), text.replace("\\n", "\n").replace("\\\\", "\\")
        answer = json.loads(answer)
        return (1, answer["reason"]) if "reason" in answer else (0, "fixed" if answer["fixed"] else "")

    def close(self):
        for process in self.running.values():
            process.stdin.close()
            process.wait()


def measure(model, name, command, writes, out, limit, workers):
    result = {"when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}
    if workers:
        status, text = workers.run(name, command, {"MODEL_INPUTS": model.inputs_file()})
    else:
        wall, processor, memory, status, text = run(command, {"MODEL_INPUTS": model.inputs_file()}, limit)
        result.update(wall=wall, cpu=processor, memory=memory)
    result["translated"] = status == 0
    if status == 0 and writes and not os.path.exists(out):
        result.update(translated=False, reason="no file was written: " + reason(text, status, limit))
    elif status != 0:
        result["reason"] = reason(text, status, limit)
    elif writes:
        result["fixed"] = "fixed" in text.splitlines()
        result["bytes"] = os.path.getsize(out)
        try:
            result.update(judge.judge(out, model))
            result["right"] = result["scaled"] <= WRONG and result["labels"] == 0
        except Exception as e:
            result.update(right=False, reason="its file is not usable: " + str(e).strip().splitlines()[0][:250])
    return result


def keep(results, model, name, result):
    """Merges: what is told is of the latest run, times are the smallest of those of the same outcome."""
    old = results.setdefault(model.id, {"family": model.family, "converters": {}})["converters"].get(name)
    if old and old["translated"] == result["translated"]:
        for key in ("wall", "cpu", "memory"):
            both = [r[key] for r in (result, old) if key in r]
            if both:
                result[key] = min(both)
    results[model.id]["converters"][name] = result


def machine():
    with open("/proc/cpuinfo") as f:
        cpu = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "%d × %s, %.0f GB, %s" % (os.cpu_count(), cpu, memory, platform.system())


def versions(pythons):
    names = ["torch", "onnxscript", "tensorflow", "tensorflow-cpu", "keras", "tf2onnx", "scikit-learn", "skl2onnx", "onnxmltools",
             "xgboost", "xgboost-cpu", "lightgbm", "onnx", "onnxruntime"]
    code = ("import importlib.metadata as m\nfor n in %r:\n  try: print(n, m.version(n))\n  except Exception: pass" % names)
    found = {}
    for python in pythons.values():
        said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
        found.update(line.split() for line in said.splitlines())
    found["python"] = platform.python_version()
    return found


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", help="folder of the models")
    parser.add_argument("results", help="JSON file, added to if it is there")
    for environment in ("torch", "tensorflow", "sklearn"):
        parser.add_argument("--" + environment, required=True, help="Python with this framework")
    parser.add_argument("--only", default="", help="regular expression for models")
    parser.add_argument("--converters", default="", help="regular expression for converters, e.g. mlaas")
    parser.add_argument("--every", type=int, default=1, help="each how manieth model")
    parser.add_argument("--missing", action="store_true", help="only what has no result yet")
    parser.add_argument("--untimed", action="store_true", help="one process per converter: quick, and without times")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=int, default=300, help="seconds that one translation may take")
    return parser.parse_args()


def main():
    options = parse()
    pythons = {"torch": options.torch, "tensorflow": options.tensorflow, "sklearn": options.sklearn}
    record = {"models": {}}
    if os.path.exists(options.results):
        with open(options.results) as f:
            record = json.load(f)
    record.update(machine=machine(), versions=versions(pythons), date=datetime.date.today().isoformat())
    chosen = [m for m in models.all_models(options.models) if re.search(options.only, m.id)][::options.every]
    folder = tempfile.mkdtemp(prefix="mlaas-bench-")
    warm = set()
    workers = Workers(folder, options.limit) if options.untimed else None
    try:
        for number, model in enumerate(chosen):
            for _ in range(options.rounds):
                for name, command, writes in commands(model, pythons, os.path.join(folder, "out.onnx")):
                    done = record["models"].get(model.id, {"converters": {}})["converters"]
                    if not re.search(options.converters, name) or (
                            options.missing and name in done and (options.untimed or "wall" in done[name])) or (options.untimed and not writes):
                        continue
                    out = os.path.join(folder, "out.onnx")
                    if name not in warm and not workers:  # what is read for the first time is not measured
                        warm.add(name)
                        run(command, {"MODEL_INPUTS": model.inputs_file()}, options.limit)
                    if os.path.exists(out):
                        os.remove(out)
                    result = measure(model, name, command, writes, out, options.limit, workers)
                    keep(record["models"], model, name, result)
                    told = result.get("reason") or "error %.2g" % result.get("error", 0)
                    print("%4d/%d %-34s %-12s %6.2f s %6.2f s %5.0f MB  %s" % (
                        number + 1, len(chosen), model.id, name, *(result.get(k, 0) for k in ("wall", "cpu", "memory")), told[:150]), flush=True)
            with open(options.results + ".part", "w") as f:
                json.dump(record, f, indent=1)
            os.replace(options.results + ".part", options.results)
        if workers:
            workers.close()
    finally:
        shutil.rmtree(folder)


main()

"""What bench/online/run.sh runs of River and Vowpal Wabbit. One thread; lines as OnlineBench.java prints them.

    others.py river-speed FILE.csv ROUNDS | vw-speed FILE.vw ROUNDS | river-accuracy FILE.csv NAME
"""

import csv
import os
import sys
import time

if not hasattr(csv.DictReader, "__class_getitem__"):  # River 0.26.0 writes csv.DictReader[…], which Python has from 3.12 on
    csv.DictReader.__class_getitem__ = classmethod(lambda cls, item: cls)


def show(what, tool, stream, learner, rows, *numbers):
    print("\t".join([what, tool, stream, learner, str(rows), *(f"{number:.3f}" for number in numbers)]), flush=True)


def river_speed(path, rounds):
    from river import linear_model, optim, stream

    def model(name):
        optimizer = {"sgd": optim.SGD(0.01), "adagrad": optim.AdaGrad(0.1), "ftrl": optim.FTRLProximal()}[name]
        return linear_model.LogisticRegression(optimizer=optimizer)

    converters = {**dict.fromkeys("abcdefghij", float), "y": int}
    with open(path) as file:
        rows = [({k: float(v) for k, v in row.items() if k != "y"}, int(row["y"])) for row in csv.DictReader(file)]
    for number in range(1, rounds + 1):
        for name in ("sgd", "adagrad", "ftrl"):
            learner = model(name)
            start = time.perf_counter()
            for x, y in stream.iter_csv(path, target="y", converters=converters):
                learner.learn_one(x, y)
            show("speed", "river", "text file", f"{name} round {number}", len(rows), len(rows) / (time.perf_counter() - start))
            learner = model(name)
            start = time.perf_counter()
            for x, y in rows:
                learner.learn_one(x, y)
            show("speed", "river", "memory", f"{name} round {number}", len(rows), len(rows) / (time.perf_counter() - start))
            learner, right = model(name), 0
            start = time.perf_counter()
            for x, y in rows:
                right += learner.predict_one(x) == bool(y)
                learner.learn_one(x, y)
            seconds = time.perf_counter() - start
            show("speed", "river", "predict, learn", f"{name} round {number}", len(rows), len(rows) / seconds, 100 * right / len(rows))


def vw_speed(path, rounds):
    import vowpalwabbit

    with open(path) as file:
        lines = file.readlines()
    kinds = {"sgd": "--sgd", "adagrad": "--adaptive", "ftrl": "--ftrl", "default": ""}
    for number in range(1, rounds + 1):
        for name, options in kinds.items():
            common = f"--loss_function logistic --quiet {options} --no_stdin"
            # its own program: reading, parsing and learning, all in native code; the parser has a thread of its own
            start = time.perf_counter()
            vowpalwabbit.Workspace(f"{common} -d {path}").finish()
            show("speed", "vw", "text file", f"{name} round {number}", len(lines), len(lines) / (time.perf_counter() - start))
            cache = path + ".cache"
            if not os.path.exists(cache):
                vowpalwabbit.Workspace(f"--quiet --no_stdin -d {path} --cache_file {cache}").finish()
            start = time.perf_counter()
            vowpalwabbit.Workspace(f"{common} -d {path} --cache_file {cache}").finish()
            show("speed", "vw", "binary cache", f"{name} round {number}", len(lines), len(lines) / (time.perf_counter() - start))
            workspace = vowpalwabbit.Workspace(common + " --link logistic")
            examples = [workspace.example(line) for line in lines[:20000]]
            start = time.perf_counter()
            for example in examples:
                workspace.learn(example)
            show("speed", "vw", "memory", f"{name} round {number}", len(examples), len(examples) / (time.perf_counter() - start))
            for example in examples:
                workspace.finish_example(example)
            workspace.finish()


def river_accuracy(path, name):
    from river import forest, metrics, tree

    with open(path) as file:
        rows = []
        for row in csv.DictReader(file):
            label = int(row.pop("y"))
            rows.append(({k: float(v) if k[0] == "x" else v for k, v in row.items()}, label))
    nominal = [k for k in rows[0][0] if k[0] == "n"]
    learners = {
        "hoeffding_tree": lambda: tree.HoeffdingTreeClassifier(grace_period=200, delta=1e-7, tau=0.05, nominal_attributes=nominal),
        "adaptive_random_forest": lambda: forest.ARFClassifier(n_models=10, seed=1, nominal_attributes=nominal),
    }
    for learner, make in learners.items():
        model, right, kappa = make(), 0, metrics.CohenKappa()
        start = time.perf_counter()
        for x, y in rows:
            predicted = model.predict_one(x)
            right += predicted == y
            kappa.update(y, predicted)
            model.learn_one(x, y)
        seconds = time.perf_counter() - start
        show("accuracy", "river", name, learner, len(rows), 100 * right / len(rows), 100 * kappa.get(), seconds)


command, path, argument = sys.argv[1:4]
if command == "river-accuracy":
    river_accuracy(path, argument)
else:
    {"river-speed": river_speed, "vw-speed": vw_speed}[command](path, int(argument))

"""Writes the table of results: report.py RESULTS.json TABLE.md; prints the summary."""
import json
import statistics
import sys

PEERS = {"script": "torch.onnx, TorchScript", "dynamo": "torch.onnx, dynamo", "from-keras": "tf2onnx from_keras", "export": "Keras export",
         "saved-model": "tf2onnx", "sklearn": "skl2onnx", "xgboost": "onnxmltools", "lightgbm": "onnxmltools"}
GOAL = 1e-5


def outcome(result):
    """right, wrong (a file that computes something else, or does not run), or refused."""
    if not result["translated"]:
        return "refused"
    return "right" if result.get("right") else "wrong"


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def shown(result):
    if result is None:
        return "not run"
    kind = outcome(result)
    if kind == "refused":
        return "no"
    if kind == "wrong":
        labels = result.get("labels", 0)
        return "**wrong**: " + (cell(result["reason"])[:60] if "reason" in result else "%d labels, %.1e" % (labels, result["error"]))
    return "%.1e" % result["error"] + (", fixed batch" if result.get("fixed") else "")


def times(result):
    if result is None or "wall" not in result:
        return "–"
    memory = "%.0f MB" % result["memory"] if "memory" in result else "–"
    return "%.2f s / %.2f s / %s" % (result["wall"], result["cpu"], memory)


def by_family(models):
    families = {}
    for name, model in models.items():
        families.setdefault(model["family"], []).append((name, model["converters"]))
    return families


def families_table(families):
    yield "| Family | Models | mlaas | Official converters |"
    yield "|---|---:|---:|---|"
    for family, members in families.items():
        ours = sum(outcome(c["mlaas"]) == "right" for _, c in members if "mlaas" in c)
        run = sum("mlaas" in c for _, c in members)
        theirs = []
        for peer, title in PEERS.items():
            results = [c[peer] for _, c in members if peer in c]
            if results:
                right = sum(outcome(r) == "right" for r in results)
                wrong = sum(outcome(r) == "wrong" for r in results)
                theirs.append("%s %d of %d%s" % (title, right, len(results), ", %d wrong" % wrong if wrong else ""))
        yield "| %s | %d | %d of %d | %s |" % (family, len(members), ours, run, "; ".join(theirs))


def spread(values):
    return "%.2f (%.2f to %.2f)" % (statistics.median(values), min(values), max(values)) if values else "–"


def peak(results):
    memory = [r["memory"] for r in results if "memory" in r]
    return "%.0f" % statistics.median(memory) if memory else "–"


def times_table(families):
    """Ours beside each official converter, over the models that both have translated and that were timed."""
    yield "| Converter | Models | Wall, s | Processor, s | Peak, MB | × mlaas, translation alone | × mlaas with proof | × memory of mlaas with proof |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    everything = [c for members in families.values() for _, c in members]
    for peer, title in PEERS.items():
        if peer == "lightgbm":
            title += " (LightGBM)"
        if peer == "xgboost":
            title += " (XGBoost)"
        both = [c for c in everything if "wall" in c.get(peer, {}) and outcome(c[peer]) == "right"]
        if not both:
            continue
        p = [c[peer] for c in both]

        def ratio(ours, key):
            pairs = [c[peer][key] / c[ours][key] for c in both if key in c.get(ours, {}) and key in c[peer] and c[ours]["translated"]]
            return "%.1f" % statistics.median(pairs) if pairs else "–"

        yield "| %s | %d | %s | %s | %s | %s wall, %s processor | %s wall, %s processor | %s |" % (
            title, len(p), spread([r["wall"] for r in p]), spread([r["cpu"] for r in p]), peak(p),
            ratio("mlaas-check", "wall"), ratio("mlaas-check", "cpu"), ratio("mlaas", "wall"), ratio("mlaas", "cpu"), ratio("mlaas", "memory"))
    for ours, title in (("mlaas-check", "mlaas, translation alone (`--check`)"), ("mlaas", "mlaas, with proof")):
        r = [c[ours] for c in everything if "wall" in c.get(ours, {}) and c[ours]["translated"]]
        if r:
            yield "| %s | %d | %s | %s | %s | | | |" % (title, len(r), spread([x["wall"] for x in r]), spread([x["cpu"] for x in r]), peak(r))


def errors(families):
    everything = [(n, c) for members in families.values() for n, c in members]
    ours = [(n, c["mlaas"]) for n, c in everything if "mlaas" in c and outcome(c["mlaas"]) == "right"]
    above = []
    for name, result in ours:
        theirs = [c["error"] for p, c in dict(everything)[name].items() if p in PEERS and outcome(c) == "right"]
        if result["error"] > max(GOAL, min(theirs, default=0)):
            above.append("%s (%.1e, of the outputs' magnitude %.1e%s)" % (
                name, result["error"], result["scaled"], ", best official %.1e" % min(theirs) if theirs else ""))
    yield "Of the %d models that mlaas translates, %d have a largest absolute error of at most 1e-5; the median is %.1e." % (
        len(ours), sum(r["error"] <= GOAL for _, r in ours), statistics.median(r["error"] for _, r in ours))
    yield "Above both 1e-5 and the best official converter: %s." % ("; ".join(above) if above else "none")


def reasons(families):
    for family, members in families.items():
        for name, converters in members:
            for converter, result in converters.items():
                if converter != "mlaas-check" and outcome(result) != "right" and not (converter in PEERS and outcome(result) == "right"):
                    what = result.get("reason") or "%d labels differ, error %.1e" % (result.get("labels", 0), result.get("error", 0))
                    yield "| %s | %s | %s | %s |" % (name, PEERS.get(converter, converter), outcome(result), cell(what)[:160])


def models_table(members):
    peers = [p for p in PEERS if any(p in c for _, c in members)]
    yield "| Model | mlaas | " + " | ".join(PEERS[p] for p in peers) + " | Times of mlaas alone | with proof | " + " | ".join(PEERS[p] for p in peers) + " |"
    yield "|---|---|" + "---|" * len(peers) + "---:|---:|" + "---:|" * len(peers)
    for name, c in members:
        yield "| %s | %s | %s | %s | %s | %s |" % (name.split("/", 1)[-1], shown(c.get("mlaas")), " | ".join(shown(c.get(p)) for p in peers),
                                                  times(c.get("mlaas-check")), times(c.get("mlaas")), " | ".join(times(c.get(p)) for p in peers))


def summary(families):
    return ["## Coverage", "", "Right: at most 1 % of the outputs' magnitude off and no other label; wrong: a file that is further off or does not run.", "", *families_table(families), "", "## Errors", "", *errors(families), "", "## Times and memory", "",
            "Median (smallest to largest) over the models that were timed and that the converter translates. The ratios are medians over the same models.", "",
            *times_table(families)]


def main():
    with open(sys.argv[1]) as f:
        record = json.load(f)
    families = by_family(record["models"])
    short = summary(families)
    about = ["# Translation: results", "",
             "Generated by `bench/translation/run.sh`; not edited by hand. " + record["date"] + ", " + record["machine"] + ".", "",
             "Versions: " + ", ".join("%s %s" % v for v in sorted(record["versions"].items())) + ".", "",
             "A cell of a converter is the largest absolute error of its file against what the source framework computed, both in the same ONNX"
             " Runtime, *no* for a refusal, or **wrong** for a file that does not run or computes something else (above 1 % of the outputs'"
             " magnitude, or another label). Models of PyTorch that are *traced* were given to torch.onnx as code; of those that are *scripted* or"
             " *exported* there is only the file. Times are wall / processor / peak memory of one process, from its start to its end; *–* where"
             " only the result was looked at. The official converters prove nothing; mlaas compares at least 1,000 inputs.", ""]
    for family, members in families.items():
        about += ["## " + family, "", *models_table(members), ""]
    about[6:6] = [*short, ""]
    told = list(reasons(families))
    about += ["## Why not", "", "| Model | Converter | | Reason |", "|---|---|---|---|", *told, ""]
    with open(sys.argv[2], "w") as f:
        f.write("\n".join(about))
    print("\n".join(short))


main()

"""Makes the learner sklearn-iris at the running stack and has it learn demo/iris/iris.csv, twenty times over.

teach.py [URL]: of the gateway (http://localhost:8080) or of online-learning-service itself. Needs nothing but Python.
"""

import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]


def token():
    return subprocess.run(
        [HOME / "mlaas", "token", "acme-scientist"], check=True, capture_output=True, text=True
    ).stdout.strip()


def call(url, method, path, body=None, accepted=()):
    request = urllib.request.Request(
        url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + token(), "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        if refused.code in accepted:
            return ""
        sys.exit(f"{method} {path}: {refused.code} {refused.read().decode()}")


def irises():
    lines = (HOME / "demo/iris/iris.csv").read_text().splitlines()[1:]
    # they are in the order of their species: of each in turn
    for i in range(3000):
        *row, species = lines[i % 3 * 50 + i // 3 % 50].split(",")
        yield [float(value) for value in row], int(species)


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080"
    document = json.loads((HOME / "demo/iris/learner.json").read_text())
    call(url, "DELETE", "/learners/sklearn-iris", accepted=(404,))
    call(url, "POST", "/learners", document)
    instances, targets = zip(*irises())
    print(call(url, "POST", "/learners/sklearn-iris/update", {"instances": instances, "targets": targets}))


if __name__ == "__main__":
    main()

"""Runs schemathesis over every OpenAPI document as every role, on the running stack; bench/fuzz/run.sh starts it."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time
from collections import Counter

import requests

HOME = pathlib.Path(__file__).resolve().parents[2]
STATE = pathlib.Path(os.environ.get("MLAAS_STATE", HOME / ".mlaas"))
ACME = "5d066d58-06de-47ab-a2f6-c8f413e21947"
ACME_SCIENTIST = "dd8fca81-a999-40f5-81f0-68627e303a27"
USERS = {
    "scientist": "acme-scientist",
    "other-company": "globex-scientist",
    "operator": "acme-operator",
    "admin": "admin",
}
ROLES = [*USERS, "service", "job", "nobody"]
INTERNAL = re.compile(r"^/(internal|keys)(/|$)")
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ensure_resource_availability",
    "ignored_auth",
    "problem_is_documented",
    "problem_tells_no_internals",
    "strangers_are_refused",
]


class Stack:
    """Where the running stack's members are, and tokens for them."""

    def __init__(self):
        told = subprocess.run([HOME / "mlaas", "status", "--json"], capture_output=True, text=True, check=True)
        self.urls = {member["name"]: member["url"] for member in json.loads(told.stdout)["members"]}

    def url(self, name):
        return self.urls[name].rstrip("/")

    def token(self, role, job=None):
        if role == "nobody":
            return None
        if role == "job":
            return job
        if role == "service":
            client = "training-service"
            secret = (STATE / "secrets" / f"client-{client}").read_text().strip()
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        else:
            user = USERS[role]
            form = {"grant_type": "password", "client_id": "mlaas-cli", "username": user, "password": user}
        answer = requests.post(f"{self.url('keycloak')}/realms/mlaas/protocol/openid-connect/token", data=form)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def call(self, method, path, role="scientist", at="gateway", **more):
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return requests.request(method, self.url(at) + path, headers=headers, timeout=60, **more)


def scene(stack):
    """Things for ids to be of: of both companies, registered, being trained, trained, translated; and a job."""
    ids = []

    def made(answer, key):
        if answer.status_code not in (200, 201, 202):
            raise SystemExit(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}")
        ids.append(answer.json()[key])
        return ids[-1]

    def dataset(role, file):
        form = {"dataset": (file.name, file.read_bytes(), "text/csv")}
        metadata = json.dumps({"samples_dimension": "(1,8,8)", "sample_num": 1797})
        return made(stack.call("POST", "/dataset", role, files=form, data={"metadata": metadata}), "dataset_id")

    def model(dataset_id, role, network):
        metadata = {"data_params": {"dataset_id": dataset_id}}
        form = {"model": ("network.json", json.dumps(network), "application/json")}
        answer = stack.call("POST", "/model", role, files=form, data={"metadata": json.dumps(metadata)})
        return made(answer, "model_id")

    def until(what, done, seconds=300):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise SystemExit(f"{what}: not within {seconds} s")
            time.sleep(1)

    def state(kind, asset, role="scientist"):
        return stack.call("GET", f"/{kind}/{asset}/status", role).json()["status"]

    digits = HOME / "demo/digits/digits.csv"
    network = json.loads((HOME / "demo/digits/network.json").read_text())
    network["training"]["epochs"] = 1
    ours = dataset("scientist", digits)
    theirs = dataset("other-company", digits)
    until("dataset on the chain", lambda: state("dataset", ours) == "REGISTERED")
    until("dataset on the chain", lambda: state("dataset", theirs, "other-company") == "REGISTERED")
    trained = model(ours, "scientist", network)
    until("training", lambda: state("model", trained) == "TRAINED")
    translation = stack.call("POST", f"/translate/{trained}")
    while translation.status_code == 202:  # it takes longer than a request waits; asked again, it is the same one
        time.sleep(1)
        translation = stack.call("POST", f"/translate/{trained}")
    made(translation, "model_id")
    until("translation on the chain", lambda: state("model", ids[-1]) == "TRAINED")

    waiting = model(theirs, "other-company", network | {"name": "cancelled"})
    until("job", lambda: stack.call("DELETE", f"/train/{waiting}", "other-company").status_code in (200, 202))
    request = {"job_id": "0a3a9d2e-6f0f-4a57-9a4b-2f6c3ce7d001", "valid_seconds": 86400}
    path = f"/internal/model/{waiting}/job-credential"
    job = stack.call("POST", path, "service", "model-sharing", json=request)
    contracts = []
    for asset in ids:
        found = stack.call("GET", f"/contract?asset_id={asset}", "admin", "blockchain")
        contracts += [value for value in found.json().values() if re.fullmatch("0x[0-9a-fA-F]{40}", str(value))]
    return ids, sorted(set(contracts)), job.json().get("token")


def targets():
    """(document, where its operations are asked, which of them, as whom)"""
    people = [role for role in ROLES if role != "job"]
    # First: a service asks for new credentials, which end the earlier ones.
    yield "model-sharing", "model-sharing", lambda path: True, ["job"]
    for document in ("gateway", "model-sharing", "training", "translation", "online-learning"):
        yield document, "gateway", lambda path: not INTERNAL.match(path), people
    for document in ("blockchain", "model-sharing", "training", "translation", "online-learning"):
        whole = document == "blockchain"
        yield document, document, lambda path, whole=whole: whole or bool(INTERNAL.match(path)), people


def selected(document, wanted):
    whole = json.loads((HOME / f"docs/openapi/{document}-service.json").read_text())
    whole["paths"] = {path: item for path, item in whole["paths"].items() if wanted(path)}
    return whole


def configuration(folder, ids, contracts):
    lines = [
        "[dictionaries.ids]",
        f"values = {json.dumps(ids)}",
        "[dictionaries.contracts]",
        f"values = {json.dumps(contracts or ['0x' + '1' * 40])}",
        "[parameters]",
    ]
    for name in ("path.dataset_id", "path.model_id", "path.asset_id", "query.asset_id", "query.source_model_id"):
        lines.append(f'"{name}" = {{ dictionary = "ids", probability = 0.6 }}')
    lines.append('"path.address" = { dictionary = "contracts", probability = 0.6 }')
    lines += [
        "[checks.positive_data_acceptance]",
        # What a document cannot say in a schema, the service says in words, with a code that is documented.
        'expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "405", "409", "410", "412", "413", "415", "416",'
        ' "422"]',
        "[checks.missing_required_header]",
        # 412 is what the tus protocol asks for where Tus-Resumable is missing.
        'expected-statuses = ["400", "401", "403", "404", "406", "412", "415", "422"]',
        "[checks.negative_data_rejection]",
        'expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422"]',
    ]
    file = folder / "schemathesis.toml"
    file.write_text("\n".join(lines) + "\n")
    return file


def run(stack, work, document, at, wanted, role, job, config, arguments):
    name = f"{document}-at-{at}-as-{role}"
    api = selected(document, wanted)
    if not api["paths"]:
        return None
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "openapi.json"
    source.write_text(json.dumps(api))
    command = [
        str(pathlib.Path(sys.executable).parent / "st"), "--config-file", str(config), "run", str(source),
        "--url", stack.url(at), "--checks", ",".join(CHECKS), "--phases", arguments.phases,
        "--max-examples", str(arguments.examples), "--seed", str(arguments.seed), "--workers", "1",
        "--continue-on-failure", "--no-shrink", "--request-timeout", "30", "--suppress-health-check", "all",
        "--generation-database", "none", "--no-color", "--warnings", "off", "--output-sanitize", "true",
        "--report", "ndjson", "--report-ndjson-path", str(folder / "events.ndjson"),
    ]  # fmt: skip
    token = stack.token(role, job)
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(pathlib.Path(__file__).parent),
        "MLAAS_FUZZ_ROLE": role,
        "MLAAS_FUZZ_COUNTS": str(folder / "counts.json"),
        "NO_PROXY": "*",
    }
    began = time.monotonic()
    with open(folder / "output.txt", "w") as output:
        ended = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=folder)
    counts = json.loads((folder / "counts.json").read_text()) if (folder / "counts.json").exists() else {}
    told = (folder / "output.txt").read_text()
    findings = Counter(re.findall(r"^- (.+)$", told, re.M))
    shown = ", ".join(f"{n} × {what}" for what, n in findings.most_common()) or ("" if ended.returncode == 0 else "?")
    answers = " ".join(f"{status}:{n}" for status, n in sorted(counts.items()))
    print(f"{name:48} {sum(counts.values()):6} requests {time.monotonic() - began:5.0f} s  {answers}  {shown}", flush=True)
    return counts, findings, ended.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--examples", type=int, default=30)
    parser.add_argument("--phases", default="examples,coverage,fuzzing")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", help="one document, such as training")
    parser.add_argument("--as", dest="role", choices=ROLES)
    arguments = parser.parse_args()
    stack = Stack()
    ids, contracts, job = scene(stack)
    print(f"seed {arguments.seed}; {len(ids)} assets, {len(contracts)} contracts, job credential: {bool(job)}", flush=True)
    config = configuration(arguments.work, ids, contracts)
    requests_sent, runs, found, bad = Counter(), 0, Counter(), 0
    for document, at, wanted, roles in targets():
        for role in roles:
            if arguments.only not in (None, document) or arguments.role not in (None, role):
                continue
            result = run(stack, arguments.work, document, at, wanted, role, job, config, arguments)
            if result:
                runs += 1
                requests_sent.update(result[0])
                found.update(result[1])
                bad += result[2] != 0
    total = sum(requests_sent.values())
    print(f"{runs} runs, {total} requests, answers {dict(sorted(requests_sent.items()))}")
    print(f"findings: {dict(found)}; runs with findings: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

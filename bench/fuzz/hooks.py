"""What mlaas promises beyond its OpenAPI documents, as checks of schemathesis."""

import atexit
import json
import os
import pathlib
import re
from collections import Counter

import schemathesis

HOME = pathlib.Path(__file__).resolve().parents[2]
ROLE = os.environ["MLAAS_FUZZ_ROLE"]
DOCUMENTED = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (\d{3}) \|", (HOME / "docs/errors.md").read_text(), re.M))
INTERNALS = re.compile(
    r"io\.mlaas\.[a-z.]*[A-Z]|org\.springframework|java\.lang|tools\.jackson|Exception\b|\bat [a-z]+\.[a-z.]+\(|"
    r"SELECT |INSERT |UPDATE |mlj_|whsec_|eyJhbGci|BEGIN [A-Z ]*PRIVATE KEY"
)
answered = Counter()


@schemathesis.serializer("application/offset+octet-stream")
def piece(ctx, value):
    """A piece of a resumable upload."""
    if hasattr(value, "data"):
        value = value.data
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook
def after_call(context, case, response):
    answered[str(response.status_code)] += 1


@atexit.register
def write():
    pathlib.Path(os.environ["MLAAS_FUZZ_COUNTS"]).write_text(json.dumps(answered))


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """An empty filter of a list is no filter, whatever its type."""
    accepted = type(failure).__name__ == "AcceptedNegativeData"
    return not (accepted and case.method.upper() == "GET" and "" in (case.query or {}).values())


@schemathesis.check
def problem_is_documented(ctx, response, case):
    """An answer of 400 or more is a problem whose code docs/errors.md lists, with that status."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return None
    kind = (response.headers.get("content-type") or [""])[0]
    if case.operation.path.startswith("/v2") and kind.startswith("application/json"):
        assert list(json.loads(response.content)) == ["error"], "not the form of the Open Inference Protocol"
        return None
    assert kind.startswith("application/problem+json"), f"content type {kind!r} (expected: application/problem+json)"
    problem = json.loads(response.content)
    code = problem.get("code")
    assert DOCUMENTED.get(code) == str(response.status_code), (
        f"code {code} with status {response.status_code} (documented with: {DOCUMENTED.get(code)})"
    )
    assert problem.get("status") == response.status_code, f"status {problem.get('status')} in the problem"
    assert problem.get("correlation_id"), "no correlation_id"
    return None


@schemathesis.check
def problem_tells_no_internals(ctx, response, case):
    """Nobody learns class names, statements or secrets from a problem."""
    if response.status_code >= 400 and (found := INTERNALS.search(response.content.decode("utf-8", "replace"))):
        sent = json.dumps([case.path_parameters, case.query, str(case.body)], default=str)
        assert found.group() in sent, f"the answer says {found.group()!r}"
    return None


@schemathesis.check
def strangers_are_refused(ctx, response, case):
    """Without a token nothing that asks for one is done or told."""
    if ROLE != "nobody" or not secured(case.operation):
        return None
    assert response.status_code >= 400, f"{response.status_code} without a token"
    return None


def secured(operation):
    raw = operation.definition.raw
    return raw.get("security", operation.schema.raw_schema.get("security")) not in (None, [])

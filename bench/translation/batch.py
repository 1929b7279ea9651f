"""Many translations in one process, where only their results matter: batch(convert) reads lines of arguments, answers one each."""
import json
import os
import sys


def batch(convert):
    """Calls convert(*arguments) for the command line, or for each line of standard input after "--batch"."""
    if sys.argv[1:] != ["--batch"]:
        convert(*sys.argv[1:])
        return
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the converters print
    for line in sys.stdin:
        task = json.loads(line)
        os.environ.update(task["environment"])
        answer = {}
        try:
            answer["fixed"] = convert(*task["arguments"]) == "fixed"
        except BaseException as e:  # a SystemExit too is an answer
            answer["reason"] = "%s: %s" % (type(e).__name__, (str(e).strip() or " ").splitlines()[0])
        print(json.dumps(answer), file=answers, flush=True)

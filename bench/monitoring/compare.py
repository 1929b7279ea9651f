"""Is our side the same as the other? compare.py evidently THEIRS OURS | compare.py river THEIRS OURS"""

import math
import sys
from collections import Counter

theirs, ours = ([line.rstrip("\n").split("\t") for line in open(file)] for file in sys.argv[2:4])
wrong, same, left_out, drifted, worst = [], Counter(), Counter(), Counter(), Counter()
if sys.argv[1] == "river":
    found = 0
    for a, b in zip(theirs, ours, strict=True):
        found += len(a[2].split())
        same[a[1]] += a == b
        if a != b:
            wrong.append((a, b))
    print("streams with the same indices:", dict(same), f"({found} drifts)")
else:
    assert [row[:3] for row in theirs] == [row[:3] for row in ours]
    for a, b in zip(theirs, ours):
        method, score = a[3], float(a[4])
        name = f"{a[2]}: {method}" if a[2] == "default" else a[2]
        if a[5].startswith("refused") or math.isnan(score):
            left_out[f"{name} ({a[5][:60]})"] += 1
            continue
        if b[5].endswith("(expected: at most 2 for Fisher's exact test)"):
            left_out["fisher_exact (not refused by Evidently: three categories, no more than two of them on one side)"] += 1
            continue
        difference = abs(score - float(b[4]))
        if a[3] != b[3] or not difference <= 1e-6 or a[5].lower() != b[5]:
            wrong.append((a, b))
        else:
            same[name] += 1
            drifted[name] += a[5] == "True"
            worst[name] = max(worst[name], difference)
    for name in sorted(same):
        print(f"  {name:32} {same[name]:6} the same, {drifted[name]:6} of them drifted, greatest difference of scores {worst[name]:.1e}")
    for name, count in left_out.items():
        print(f"  left out, no number to compare: {name} {count}")
print(f"{sum(same.values())} the same, {len(wrong)} not")
for a, b in wrong[:20]:
    print("  theirs", *a, "\n  ours  ", *b)
sys.exit(len(wrong) > 0)

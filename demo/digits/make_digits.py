"""Writes digits.csv from the copy of the data set that scikit-learn ships (scikit-learn==1.7.2, numpy)."""

import pathlib

from sklearn.datasets import load_digits

digits = load_digits()
names = [f"pixel_{row}_{column}" for row in range(8) for column in range(8)]
lines = [",".join([*names, "label"])]
for pixels, label in zip(digits.data, digits.target):
    lines.append(",".join(str(int(value)) for value in [*pixels, label]))
pathlib.Path(__file__).with_name("digits.csv").write_text("\n".join(lines) + "\n")

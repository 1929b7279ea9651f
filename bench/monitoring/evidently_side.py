"""What bench/monitoring/run.sh runs of Evidently: evidently_side.py cases FOLDER | speed FILE ROWS COLUMNS"""

import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

NUMERICAL = ["ks", "wasserstein", "jensenshannon", "psi", "hellinger", "kl_div", "ed", "anderson", "cramer_von_mises", "mannw"]
CATEGORICAL = ["chisquare", "z", "jensenshannon", "psi", "hellinger", "kl_div", "g_test", "fisher_exact"]


def datasets():
    from sklearn import datasets as sklearn

    for name in ("iris", "wine", "breast_cancer", "diabetes", "digits"):
        bunch = getattr(sklearn, "load_" + name)(as_frame=True)
        frame = bunch.frame.copy().astype(float)
        frame.columns = [str(column) for column in frame.columns]
        if name != "diabetes":
            frame["target"] = "class " + bunch.target.astype(str)
        yield name, frame


def splits(frame):
    """Reference and current data: by order, alternating, at random, moved, and drawn with replacement so that there are more."""
    half = len(frame) // 2
    yield "halves", frame[:half], frame[half:]
    yield "alternating", frame[::2], frame[1::2]
    for seed in (1, 2, 3):
        mixed = frame.sample(frac=1, random_state=seed)
        cut = int(len(frame) * 0.6)
        yield f"random{seed}", mixed[:cut], mixed[cut:]
    mixed = frame.sample(frac=1, random_state=4)
    moved = mixed[half:].copy()
    numbers = moved.select_dtypes("number").columns
    moved[numbers] = moved[numbers] * 1.2 + 0.1 * moved[numbers].std()
    yield "moved", mixed[:half], moved
    yield "more", frame.sample(2500, replace=True, random_state=5), frame.sample(1700, replace=True, random_state=6)
    large = frame.sample(1800, replace=True, random_state=7)
    large[numbers] = large[numbers] * 1.05 + 0.1 * large[numbers].std()
    holes = large.mask(np.random.default_rng(8).random(large.shape) < 0.05)
    holes["target"] = large["target"]
    yield "more moved", frame.sample(1300, replace=True, random_state=9), holes


def cases(folder):
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType
    from evidently.legacy.metrics import DataDriftTable
    from evidently.legacy.pipeline.column_mapping import ColumnMapping
    from evidently.legacy.report import Report

    ids = {get_stattest(None, None, kind, name).display_name: name
           for kind, names in ((ColumnType.Numerical, NUMERICAL), (ColumnType.Categorical, CATEGORICAL)) for name in names}
    with open(f"{folder}/cases.txt", "w") as out, open(f"{folder}/evidently.tsv", "w") as results:
        for dataset, frame in datasets():
            for split, reference, current in splits(frame):
                reference, current = reference.reset_index(drop=True), current.reset_index(drop=True)
                texts = [column for column in frame if frame[column].dtype == object]
                mapping = ColumnMapping(target=None, prediction=None, categorical_features=texts,
                                        numerical_features=[column for column in frame if column not in texts])
                report = Report(metrics=[DataDriftTable()])
                report.run(reference_data=reference.copy(), current_data=current.copy(), column_mapping=mapping)
                table = report.as_dict()["metrics"][0]["result"]
                case = f"{dataset}/{split}"
                print(f"case\t{case}", file=out)
                print(f"{case}\t*\tdataset\t*\t{table['share_of_drifted_columns']!r}\t{table['dataset_drift']}", file=results)
                for column in frame:
                    kind = ColumnType.Categorical if column in texts else ColumnType.Numerical
                    for side in (reference, current):
                        values = "|".join(repr(value) if kind == ColumnType.Numerical else value for value in side[column].tolist())
                        print(f"{column}\t{'C' if column in texts else 'N'}\t{values}", file=out)
                    drift = table["drift_by_columns"][column]
                    print(f"{case}\t{column}\tdefault\t{ids[drift['stattest_name']]}\t{float(drift['drift_score'])!r}\t{drift['drift_detected']}",
                          file=results)
                    single(results, case, column, kind, reference[column].dropna(), current[column].dropna(), get_stattest)


def single(results, case, column, kind, reference, current, get_stattest):
    for name in CATEGORICAL if kind.value == "cat" else NUMERICAL:
        try:
            outcome = get_stattest(reference, current, kind, name)(reference.copy(), current.copy(), kind, None)
            score, drifted = float(outcome.drift_score), bool(outcome.drifted)
        except Exception as refused:
            score, drifted = float("nan"), f"refused: {refused}".split("\n")[0][:100]
        print(f"{case}\t{column}\t{name}\t{name}\t{score!r}\t{drifted}", file=results)


def speed(file, rows, columns):
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    data = np.fromfile(file, dtype=np.float64).reshape(2 * columns, rows)
    names = [f"c{i}" for i in range(columns)]
    definition = DataDefinition(numerical_columns=names)
    reference = Dataset.from_pandas(pd.DataFrame({name: data[2 * i] for i, name in enumerate(names)}), data_definition=definition)
    current = Dataset.from_pandas(pd.DataFrame({name: data[2 * i + 1] for i, name in enumerate(names)}), data_definition=definition)
    result = Report([DataDriftPreset()]).run(current, reference)
    first = result.dict()["metrics"][0]
    print(f"evidently: {first['value']}")


if sys.argv[1] == "cases":
    cases(sys.argv[2])
else:
    speed(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

"""What pandas, with which registries count now, takes for the same tables. Usage: registry.py PATIENTS EVENTS.

Reads both files, counts registered patients by product, sex and age band (in the year and cumulative), and events by term, and says
the counts, the seconds from start to end and the peak memory in one JSON line. Nothing is checked, masked or written.
"""

import json
import resource
import sys
import time

start = time.perf_counter()
import pandas as pd  # noqa: E402  (importing it is part of what a user waits for)

patients = pd.read_csv(sys.argv[1], dtype={"登録番号": "string", "性別": "category", "品目コード": "category"}, parse_dates=["施用日"])
events = pd.read_csv(sys.argv[2], dtype={"登録番号": "string", "種別": "category", "事象名": "category"}, parse_dates=["発現日"])
first, last = pd.Timestamp("2025-04-01"), pd.Timestamp("2026-03-31")
patients["band"] = pd.cut(patients["施用時年齢"], [-1, 19, 39, 64, 999], labels=["0-19", "20-39", "40-64", "65-"])
counts = {}
for name, rows in (("cumulative", patients[patients["施用日"] <= last]), ("year", patients[patients["施用日"].between(first, last)])):
    for product, of_product in rows.groupby("品目コード", observed=True):
        of = counts.setdefault(product, {}).setdefault(name, {})
        of["total"] = len(of_product)
        of.update({f"sex:{sex}": int(n) for sex, n in of_product["性別"].value_counts().items()})
        of.update({f"age:{band}": int(n) for band, n in of_product["band"].value_counts().items()})
known = events.merge(patients[["登録番号", "品目コード"]], on="登録番号", how="inner")
known = known[known["発現日"] <= last]
terms = known.groupby(["品目コード", "種別", "事象名"], observed=True)["登録番号"].agg(["size", "nunique"])
counts["terms"] = {"/".join(key): [int(row["size"]), int(row["nunique"])] for key, row in terms.iterrows()}
print(json.dumps({
    "counts": counts,
    "twice": int(patients["登録番号"].duplicated().sum()),
    "seconds": time.perf_counter() - start,
    "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}))

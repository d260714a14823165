#!/bin/sh
# The nightly job: check last night's records, score everybody as of yesterday, look whether the model still fits.
# nightly.sh DATASET [DATE]; ends with the exit code of what failed first (README lists them).
set -eu
dataset=$1
as_of=${2:-$(date -d yesterday +%F)}
forewarn=${FOREWARN_COMMAND:-.venv/bin/forewarn}
"$forewarn" ingest --dataset "$dataset"
"$forewarn" score --dataset "$dataset" --as-of "$as_of" --log json
"$forewarn" watch --dataset "$dataset" --as-of "$as_of" --log json

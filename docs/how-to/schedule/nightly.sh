#!/bin/sh
# The nightly job: check last night's records, score everybody as of yesterday, say what to do about whom, tell the
# next role up of what is overdue, look whether the model still fits.
# nightly.sh DATASET [DATE]; ends with the exit code of what failed first (README lists them).
set -eu
dataset=$1
as_of=${2:-$(date -d yesterday +%F)}
forewarn=${FOREWARN_COMMAND:-.venv/bin/forewarn}
"$forewarn" ingest --dataset "$dataset" --log json
"$forewarn" score --dataset "$dataset" --as-of "$as_of" --log json
"$forewarn" respond --dataset "$dataset" --as-of "$as_of" --log json
"$forewarn" act --escalate --dataset "$dataset"
"$forewarn" watch --dataset "$dataset" --as-of "$as_of" --log json

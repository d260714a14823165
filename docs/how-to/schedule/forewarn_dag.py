"""Forewarn under Airflow 3: check the records, score everybody as of the day before, say what to do about whom,
tell the next role up of what is overdue, look whether the model fits.

Put it into the folder of DAGs; the Airflow variables forewarn_home and forewarn_dataset say where and what.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = "{{ var.value.get('forewarn_home', '/srv/forewarn') }}"
DATASET = "{{ var.value.get('forewarn_dataset', 'workshop') }}"
AS_OF = "{{ macros.ds_add(ds, -1) }}"

with DAG(
    dag_id="forewarn",
    description="Every customer scored every night",
    schedule="15 2 * * *",
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:

    def command(name: str, more: str = "") -> BashOperator:
        """One command of Forewarn; its exit code is the task's."""
        return BashOperator(
            task_id=name,
            cwd=HOME,
            bash_command=f".venv/bin/forewarn {name} --dataset {DATASET} {more}",
        )

    day = f"--as-of {AS_OF} --log json"
    told = command("ingest", "--log json") >> command("score", day) >> command("respond", day)
    told >> command("act", "--escalate") >> command("watch", day)

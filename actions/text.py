import pandas as pd
def filled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows

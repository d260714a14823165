"""`make bench-features`: the feature store against pandas, Polars and a floor, and how it grows."""

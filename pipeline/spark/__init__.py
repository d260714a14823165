"""The feature store computed by Spark: the local engine's own code, run on the customers of each partition."""

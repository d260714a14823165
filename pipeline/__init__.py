"""The stages and commands: the only code that reads files, settings and MLflow."""

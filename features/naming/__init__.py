"""Names of companies as papers write them: read into parts, compared, and matched against those that are known."""

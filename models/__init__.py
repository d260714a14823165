"""From a matrix to a calibrated, explained risk: pure, no files, no trackers."""

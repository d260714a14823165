"""What the scheduled job stands: kills, failures, damage and malice, each against its bar."""

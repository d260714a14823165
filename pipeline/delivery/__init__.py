"""What leaves the house: alerts and plans of a day to a webhook, to mailboxes, and as files for a CRM."""

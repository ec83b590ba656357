"""What authorities spend, from the files that they publish: read, matched, put into categories."""

"""What authorities pay for a unit: given by those who choose to, shown so that it stays theirs."""

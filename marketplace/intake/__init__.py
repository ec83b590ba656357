"""Files that people give us: read apart, in a process with limits, and looked over row by row."""

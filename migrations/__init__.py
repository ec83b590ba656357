"""Changes of the database, in order. `python -m migrations.check` says whether models match."""

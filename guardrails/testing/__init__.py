"""The pytest plugin: `chain`, `actors`, `policy` and `guarded`, for this repository and for its users."""

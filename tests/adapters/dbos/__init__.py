"""The job core."""

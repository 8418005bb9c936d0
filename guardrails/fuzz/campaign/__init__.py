"""Campaigns: one search spread over processes or machines, that survives being killed."""

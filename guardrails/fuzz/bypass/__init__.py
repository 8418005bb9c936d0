"""Bypass search: a way out that no guard sees, found by reading the contract and by trying it."""

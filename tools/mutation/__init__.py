"""Mutation testing of the guards: small faults, one at a time, each of which some test must see."""

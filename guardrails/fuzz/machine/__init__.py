"""A machine looks for the sequence of steps that breaks what a policy promises."""

import guardrails.fuzz.words  # noqa: F401 - the first to need Hypothesis: it says what to install
from guardrails.fuzz.machine.directed import DirectedMachine, Gain
from guardrails.fuzz.machine.machine import Broken, GuardedMachine
from guardrails.fuzz.machine.responded import RespondedMachine
from guardrails.fuzz.profiles import DEEP, QUICK, Profile

__all__ = [
    "DEEP",
    "QUICK",
    "Broken",
    "DirectedMachine",
    "Gain",
    "GuardedMachine",
    "Profile",
    "RespondedMachine",
]

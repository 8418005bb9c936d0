"""A machine looks for the sequence of steps that breaks what a policy promises."""

from guardrails.fuzz.machine.machine import Broken, GuardedMachine
from guardrails.fuzz.machine.profiles import DEEP, QUICK, Profile

__all__ = ["DEEP", "QUICK", "Broken", "GuardedMachine", "Profile"]

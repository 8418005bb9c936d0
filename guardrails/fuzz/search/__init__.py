"""Profit search: sequences of calls, mutated towards what makes the thief rich or breaks a promise."""

from guardrails.fuzz.search.corpus import features_of
from guardrails.fuzz.search.engine import Search, search
from guardrails.fuzz.search.result import PROFIT, Progress, SearchResult

__all__ = ["PROFIT", "Progress", "Search", "SearchResult", "features_of", "search"]

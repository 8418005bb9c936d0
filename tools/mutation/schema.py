"""All mutants in one program, each behind a switch: compiled once, tested one at a time.

A mutant is on when the block's prevrandao is its number. Forge sets that from outside, and nothing else here
reads it. The idea: Untch, Offutt, Harrold, "Mutation analysis using mutant schemata", 1993.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .mutators import Mutant, Node
from .places import Place, Places, Twinned, modifier_uses, modifiers

SWITCH = "contracts/MutantSwitch.sol"
SWITCH_TEXT = """// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

function mutantOn(uint256 number) pure returns (bool) {
    function (uint256) view returns (bool) asks = isPrevrandao;
    function (uint256) pure returns (bool) asksInPureCode;
    assembly {
        asksInPureCode := asks
    }
    return asksInPureCode(number);
}

function isPrevrandao(uint256 number) view returns (bool) {
    return block.prevrandao == number;
}
"""
ASKED = re.compile(rb"mutantOn\((\d+)\)")
Error = dict[str, Any]


class Schema:
    """`mutants` of the sources whose texts and trees are given; `texts` is the program."""

    def __init__(self, mutants: list[Mutant], texts: dict[str, bytes], trees: dict[str, Node]) -> None:
        self._originals = texts
        self._mutants = dict(enumerate(mutants, 1))
        self._numbers = {mutant: number for number, mutant in self._mutants.items()}
        places = {file: Places(texts[file], trees[file]) for file in texts}
        self._choices = {number: places[mutant.file].of(mutant) for number, mutant in self._mutants.items()}
        self._twins = self._twinned(trees)

    def number_of(self, mutant: Mutant) -> int | None:
        """What switches it on; None when it must be compiled alone."""
        number = self._numbers[mutant]
        return number if self._choices[number] else None

    def settle(self, errors_of: Callable[[dict[str, str]], list[Error]]) -> dict[str, str]:
        """The program, once it compiles: what does not is switched further out, at last left out."""
        while errors := errors_of(texts := self.texts()):
            if not (blamed := {self._blamed(texts, error) for error in errors} - {None}):
                raise SystemExit("\n".join(str(error["formattedMessage"]) for error in errors))
            for number in blamed:
                self._choices[number].pop(0)
        return texts

    def texts(self) -> dict[str, str]:
        """The program as it is now, by file."""
        found = {SWITCH: SWITCH_TEXT}
        for file, original in self._originals.items():
            here = defaultdict[Place, list[int]](list)
            for number, mutant in self._mutants.items():
                if mutant.file == file and self._choices[number]:
                    here[self._choices[number][0]].append(number)
            twins = [(twin, number) for number, twin in self._twins.items() if self._choices[number]]
            up = "../" * (file.count("/") - 1) or "./"
            found[file] = _Rendering(original, self._mutants, here).whole(
                [(twin, number) for twin, number in twins if twin.file == file]
            )
            found[file] += f'\nimport {{mutantOn}} from "{up}{SWITCH.split("/")[1]}";\n'
        return found

    def _twinned(self, trees: dict[str, Node]) -> dict[int, Twinned]:
        """The modifier that each `drop-modifier` drops; none of those defined outside."""
        defined = modifiers({file: trees[file] for file in self._originals})
        uses = {file: modifier_uses(trees[file]) for file in self._originals}
        found = {}
        for number, mutant in self._mutants.items():
            if mutant.mutator == "drop-modifier":
                twin = defined.get(uses[mutant.file][mutant.start, mutant.end])
                if twin:
                    found[number] = twin
                else:
                    self._choices[number] = []
        return found

    def _blamed(self, texts: dict[str, str], error: Error) -> int | None:
        """The switch in what does not compile, or else the last one before it."""
        where = error.get("sourceLocation") or {}
        text = texts.get(where.get("file", ""), "").encode()
        inside = ASKED.search(text, where.get("start", 0), max(where.get("end", 0), 0))
        before = list(ASKED.finditer(text, 0, max(where.get("start", 0), 0)))
        blamed = [match for match in (inside, *before[-1:]) if match]
        return next((number for m in blamed if self._choices[number := int(m[1])]), None)


class _Rendering:
    """One source with the switches of `here`."""

    def __init__(self, text: bytes, mutants: dict[int, Mutant], here: dict[Place, list[int]]) -> None:
        self._text, self._mutants, self._here = text, mutants, here
        self._places = sorted(here, key=lambda place: (place.start, -place.end, place.kind != "statement"))

    def whole(self, twins: list[tuple[Twinned, int]]) -> str:
        found, at = "", 0
        for twin, number in sorted(twins, key=lambda pair: (pair[0].end, pair[1])):
            parameters = self._text[slice(*twin.parameters)].decode()
            found += self._part(at, twin.end, self._places)
            found += f"\nmodifier {twin.name}_{number}{parameters} {{ if (mutantOn({number})) {{ _; }} "
            found += f"else {self._part(*twin.body, self._places)} }}"
            at = twin.end
        return found + self._part(at, len(self._text), self._places)

    def _part(self, start: int, end: int, places: list[Place]) -> str:
        """The bytes from `start` to `end` with those of `places` switched that lie in them."""
        found, at = "", start
        for index, place in enumerate(places):
            if place.start >= at and place.end <= end:
                found += self._text[at : place.start].decode() + self._switched(place, places[index + 1 :])
                at = place.end
        return found + self._text[at:end].decode()

    def _switched(self, place: Place, others: list[Place]) -> str:
        original = self._part(place.start, place.end, others)
        numbers = self._here[place]
        if place.kind == "modifier":
            name = re.match(r"[\w.]+", original)
            assert name
            return f"{name[0]}_{numbers[0]}{original[name.end() :]}"
        parts = [(f"mutantOn({number})", self._mutated(place, self._mutants[number])) for number in numbers]
        if place.kind == "expression":
            return "(" + "".join(f"{on} ? ({text}) : " for on, text in parts) + f"({original}))"
        return "{" + "".join(f" if ({on}) {{ {text} }} else" for on, text in parts) + f" {{ {original} }} }}"

    def _mutated(self, place: Place, mutant: Mutant) -> str:
        before, after = self._text[place.start : mutant.start], self._text[mutant.end : place.end]
        return before.decode() + mutant.text + after.decode()

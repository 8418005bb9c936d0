"""Mutation testing of the guards: does some test see each small fault?

    python tools/mutants.py                        all of them (an hour; `make mutants`)
    python tools/mutants.py --only guards/lock     files whose path contains this
    python tools/mutants.py --sample 60 --seed 1   a random choice of that many
    python tools/mutants.py --list                 show them, run nothing

All mutants are compiled together, each behind a switch, and the Solidity tests run with one switched on:
first those nearest to it (`GROUPS`), then all, then the properties of the nearest group. What has no switch
is compiled alone. Writes out/mutants.json. An outcome is kept until the mutated file or one of its tests
changes, so that an interrupted run continues. Every survivor needs a line in mutants.answers.toml that says
why no test can or need see it. Exit 1 when fewer than 95 % are killed, when a survivor has no answer, or when
an answer is for no survivor.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from compiler import syntax_trees
from mutation.groups import mutated_files
from mutation.ledger import Ledger
from mutation.mutators import Mutant, Source, state_variables
from mutation.report import report, show
from mutation.rounds import rounds, run
from mutation.schema import Schema
from mutation.switchboard import Switchboard

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".cache/mutants"
ANSWERS = ROOT / "mutants.answers.toml"


def everything() -> tuple[list[Mutant], Schema]:
    """The mutants of every file, and the program that holds them."""
    files = mutated_files()
    texts = {file: (ROOT / file).read_bytes() for file in files}
    trees = syntax_trees({file: text.decode() for file, text in texts.items()})
    state = set[int]().union(*(state_variables(tree) for tree in trees.values()))
    found = [mutant for file in files for mutant in Source(file, texts[file], trees[file], state).mutants()]
    return found, Schema(found, texts, trees)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--sample", type=int, help="a random choice of that many")
    parser.add_argument("--seed", type=int, default=0, help="of the choice")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the checkout that work at once")
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    arguments = parser.parse_args()
    known, schema = everything()
    mutants = [mutant for mutant in known if arguments.only in mutant.file]
    if arguments.sample is not None:
        mutants = random.Random(arguments.seed).sample(mutants, min(arguments.sample, len(mutants)))
        mutants.sort(key=lambda mutant: (mutant.file, mutant.start))
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant.line}: {mutant.mutator}: {mutant.key}")
        print(f"{len(mutants)} mutants")
        return
    ledger = Ledger(STATE / "outcomes.jsonl")
    todo = [mutant for mutant in mutants if ledger.of(mutant) is None]
    if todo:  # the program holds all: it is built once for many choices of some
        board = Switchboard(STATE / "together", schema, arguments.jobs)
        run(todo, rounds(board, STATE), ledger, arguments.jobs)
    found = report(mutants, ledger, ANSWERS, {mutant.key for mutant in known})
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out/mutants.json").write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if show(found) else 1)


if __name__ == "__main__":
    main()

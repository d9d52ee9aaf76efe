"""`make bench`: every benchmark, one after the other, each beside its peer in one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named as arguments, or all; 1 if one of them fails."""
    chosen = sys.argv[1:]
    scripts = sorted(path for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    unknown = set(chosen) - {path.stem for path in scripts}
    if unknown:
        names = ", ".join(path.stem for path in scripts)
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {names}", file=sys.stderr)
        return 2
    failed = [
        path.stem for path in scripts if path.stem in (chosen or [path.stem]) and not run(path)
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(script: Path) -> bool:
    """Whether the benchmark ran to its end."""
    print(f"\n== {script.stem} ==", flush=True)
    return subprocess.call([sys.executable, str(script)]) == 0


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: every benchmark, one after the other, each beside its peer in one run.

Those that ask a demonstration get one of their own, in `build/`, so that a city's data is left
alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parent / "build" / "benchmarks"
ASK_A_DEMONSTRATION = {"cases", "documents_verification", "plan_page"}


def main() -> int:
    """Run the benchmarks named as arguments, or all; 1 if one of them fails."""
    chosen = sys.argv[1:]
    scripts = sorted(path for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    unknown = set(chosen) - {path.stem for path in scripts}
    if unknown:
        names = ", ".join(path.stem for path in scripts)
        print(f"no benchmark {', '.join(sorted(unknown))}; there are {names}", file=sys.stderr)
        return 2
    failed = [path.stem for path in scripts if path.stem in (chosen or [path.stem])
              and not run(path)]  # fmt: skip
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run(script: Path) -> bool:
    """Whether the benchmark ran to its end."""
    print(f"\n== {script.stem} ==", flush=True)
    return subprocess.call([sys.executable, str(script)], env=surroundings(script)) == 0


def surroundings(script: Path) -> dict[str, str]:
    """The environment of a benchmark; builds the demonstration that it asks."""
    if script.stem not in ASK_A_DEMONSTRATION:
        return dict(os.environ)
    own = {**os.environ, "BALAI_HOME": str(HOME)}
    subprocess.run([sys.executable, "-m", "balai", "demo"], env=own, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return own


if __name__ == "__main__":
    sys.exit(main())

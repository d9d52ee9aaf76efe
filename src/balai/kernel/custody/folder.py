"""The files in the folder of keys, taken out for a backup and put back from one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from balai.kernel.custody.models import KeyCheck
from balai.kernel.keys.files import folder, keep
from balai.kernel.keys.master import fingerprint_of, forget_kept, master_name, master_texts
from balai.kernel.problems import ConflictError, Fault, ProblemError


def files() -> dict[str, bytes]:
    """Every key file by its name in the folder; the master keys also where they come from the
    environment.
    """
    root = folder()
    found = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".before"
    }
    for version, text in enumerate(master_texts(), 1):
        found[master_name(version)] = text.encode()
    return found


def put_back(found: Mapping[str, bytes], *, replace: bool = False) -> int:
    """Write the files that are not there; how many were written.

    ConflictError, before anything is written, where a master key is not the one the database was
    sealed under, or a file with another content is there (`replace` puts it aside).
    """
    _refuse_strangers(found)
    root = folder()
    other = [name for name, content in found.items()
             if (root / name).exists() and (root / name).read_bytes() != content]  # fmt: skip
    if other and not replace:
        raise ConflictError(
            "Other keys are there already",
            detail=f"{', '.join(other[:5])}. Put them aside with --replace.",
        )
    for name in other:
        _put_aside(root / name)
    missing = [name for name in found if not (root / name).exists()]
    for name in missing:
        keep(root / name, found[name])
    forget_kept()
    return len(missing)


def _refuse_strangers(found: Mapping[str, bytes]) -> None:
    if master_name(1) not in found:
        raise ProblemError("The backup holds no master key",
                           faults=(Fault(field="file", problem="has no master.key"),))  # fmt: skip
    for check in KeyCheck.objects.order_by("version"):
        text = found.get(master_name(check.version))
        said = fingerprint_of(text.decode(), check.version) if text else "none"
        if said != check.fingerprint:
            raise ConflictError(
                "The backup is of other keys",
                detail=f"The database was sealed under {check.fingerprint}; the backup's key "
                f"{check.version} is {said}.",
            )


def _put_aside(path: Path) -> None:
    aside = path.with_name(f"{path.name}.before")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.{number}.before")
    path.rename(aside)

"""Unpacks the known files of a feed from a zip that nobody has vouched for."""

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from balai.transit.engine.gtfs.feed import FeedRefused, ReadLimits
from balai.transit.engine.gtfs.issues import IssueLog
from balai.transit.engine.gtfs.schema import TABLES, UNUSED_FILES

_CHUNK = 2**20
# What zipfile and its decompressors raise on damaged or odd input.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    ArithmeticError,
    LookupError,
)
_LOCKED_BIT = 0x1
_AGAIN = "Make the zip file again from the feed's .txt files and upload it anew"


def unpack(source: Path | BinaryIO, limits: ReadLimits, log: IssueLog) -> dict[str, bytes]:
    """Read the feed's known files, keyed by their name in lower case.

    Raises:
        FeedRefused: not a zip, locked with a password, or larger than ``limits`` when unpacked.
    """
    content = _content(source, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _choose(archive.infolist(), limits, log)
            return _extract(archive, members, len(content), limits, log)
    except FeedRefused:
        raise
    except _DAMAGE as error:
        if content[:4] == b"PK\x03\x04":
            raise FeedRefused("The zip file is damaged", _AGAIN) from error
        raise FeedRefused(
            "The file is not a zip file", "Upload the GTFS feed as one .zip file"
        ) from error


def _content(source: Path | BinaryIO, limits: ReadLimits) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                content = stream.read(limits.archive_bytes + 1)
        else:
            content = source.read(limits.archive_bytes + 1)
    except OSError as error:
        raise FeedRefused(
            f"The file cannot be read: {error.strerror or error}", "Check its name and rights"
        ) from error
    if not content:
        raise FeedRefused("The file is empty", "Upload the GTFS feed as one .zip file")
    if len(content) > limits.archive_bytes:
        raise FeedRefused(
            f"The file is larger than {limits.archive_bytes / 2**20:.0f} MB",
            "Remove what is not part of the feed, or split it by operator",
        )
    return content


def _choose(
    members: list[zipfile.ZipInfo], limits: ReadLimits, log: IssueLog
) -> dict[str, zipfile.ZipInfo]:
    """Find the folder that holds the feed and the known files in it."""
    if len(members) > limits.members:
        raise FeedRefused(f"The zip holds more than {limits.members} files", _AGAIN)
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in members:
        path = _safe_path(member, log)
        if path is None:
            continue
        files = folders.setdefault("" if str(path.parent) == "." else str(path.parent), {})
        name = path.name.lower()
        if name in files:
            log.add("repeated_file", name)
        files.setdefault(name, member)
    if not folders:
        raise FeedRefused("The zip holds no files", _AGAIN)
    folder = min(folders, key=lambda name: (-_known(folders[name]), name.count("/"), name))
    if not _known(folders[folder]):
        raise _no_feed(folders)
    if folder:
        log.add("nested_folder", "", value=folder)
    return _known_files(folders[folder], log)


def _safe_path(member: zipfile.ZipInfo, log: IssueLog) -> PurePosixPath | None:
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if member.is_dir() or name.endswith("/"):
        return None
    if path.is_absolute() or ".." in path.parts or ":" in name:
        log.add("ignored_name", "", value=name[:200])
        return None
    if "__MACOSX" in path.parts or path.name.startswith("."):
        return None
    return path


def _known(files: dict[str, zipfile.ZipInfo]) -> int:
    return sum(name.removesuffix(".txt") in TABLES for name in files if name.endswith(".txt"))


def _no_feed(folders: dict[str, dict[str, zipfile.ZipInfo]]) -> FeedRefused:
    if any(name.endswith(".zip") for files in folders.values() for name in files):
        return FeedRefused(
            "The zip holds another zip instead of a feed", "Unpack it and upload the inner zip file"
        )
    return FeedRefused(
        "The zip holds none of the files of GTFS",
        "Upload a feed with stops.txt, routes.txt, trips.txt and stop_times.txt",
    )


def _known_files(files: dict[str, zipfile.ZipInfo], log: IssueLog) -> dict[str, zipfile.ZipInfo]:
    chosen = {}
    for name, member in sorted(files.items()):
        if name.endswith(".txt") and name.removesuffix(".txt") in TABLES:
            chosen[name] = member
        elif name in UNUSED_FILES:
            log.add("unused_file", name)
        else:
            log.add("unknown_file", name[:200])
    return chosen


def _extract(
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    archive_bytes: int,
    limits: ReadLimits,
    log: IssueLog,
) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    total = 0
    for name, member in members.items():
        if member.flag_bits & _LOCKED_BIT:
            raise FeedRefused("The zip is locked with a password", "Make the zip without one")
        allowed = min(limits.member_bytes, limits.total_bytes - total)
        # A bomb's compressed part is small: what it may unpack to is bounded by the zip's own size.
        allowed = min(allowed, max(limits.ratio * archive_bytes, limits.ratio_floor_bytes))
        try:
            contents[name] = _read_member(archive, member, allowed)
        except FeedRefused:
            raise
        except _DAMAGE as error:
            _damaged(name, error, log)
        else:
            total += len(contents[name])
    return contents


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, allowed: int) -> bytes:
    chunks = []
    size = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > allowed:
                raise FeedRefused(
                    f"{member.filename[:200]} unpacks to more than {allowed / 2**20:.0f} MB, "
                    "out of all proportion to a feed",
                    "Check where the zip file comes from; split the feed if it is truly so large",
                )
            chunks.append(chunk)
    return b"".join(chunks)


def _damaged(name: str, error: Exception, log: IssueLog) -> None:
    if TABLES[name.removesuffix(".txt")].required:
        raise FeedRefused(f"{name} in the zip is damaged", _AGAIN) from error
    log.add("damaged_file", name, other=type(error).__name__)

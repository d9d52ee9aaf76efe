"""What is refused, and what odd zips are still read."""

import io
import struct
import zipfile

import pytest

from balai.transit.engine.gtfs import FeedRefused, ReadLimits, read_feed


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 and then nothing", b"PK"])
def test_what_is_not_a_zip_is_refused(content):
    with pytest.raises(FeedRefused) as refused:
        read_feed(io.BytesIO(content))
    assert refused.value.remedy


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FeedRefused, match="cannot be read"):
        read_feed(tmp_path / "none.zip")


@pytest.mark.parametrize("file", ["stops.txt", "routes.txt", "trips.txt", "stop_times.txt"])
def test_a_missing_or_empty_required_file_is_refused_by_name(read, file):
    for content in (None, b"", b"\xef\xbb\xbf", b"\n\n"):
        with pytest.raises(FeedRefused, match=file):
            read({file: content})


def test_a_feed_without_any_calendar_is_refused(read):
    with pytest.raises(FeedRefused, match=r"calendar\.txt"):
        read({"calendar.txt": None})


def test_a_missing_required_column_is_refused_by_name(read):
    with pytest.raises(FeedRefused, match=r"stops\.txt lacks the column stop_lat"):
        read({"stops.txt": "stop_id,stop_lon\nA,106.8\n"})


def test_a_bomb_is_refused_while_it_unpacks(zipped):
    with pytest.raises(FeedRefused, match=r"stop_times\.txt unpacks to more than"):
        read_feed(zipped({"stop_times.txt": b"0" * (30 * 2**20)}))


def test_a_bomb_with_a_lying_header_is_refused(zipped):
    content = bytearray(zipped({"stop_times.txt": b"0" * (30 * 2**20)}).getvalue())
    size = struct.pack("<I", 30 * 2**20)
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = struct.pack("<I", 100)
    with pytest.raises(FeedRefused):
        read_feed(io.BytesIO(bytes(content)))


def test_the_total_over_all_files_is_limited(zipped):
    big = b"x" * 600
    limits = ReadLimits(total_bytes=1500)
    with pytest.raises(FeedRefused, match="unpacks to more"):
        read_feed(zipped({"agency.txt": big, "areas.txt": big, "feed_info.txt": big}), limits)


def test_too_large_an_archive_is_refused(zipped):
    with pytest.raises(FeedRefused, match="larger than"):
        read_feed(zipped(), ReadLimits(archive_bytes=100))


def test_a_locked_zip_is_refused(zipped):
    content = bytearray(zipped().getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 1)
    with pytest.raises(FeedRefused, match="password"):
        read_feed(io.BytesIO(bytes(content)))


def test_a_feed_in_a_folder_of_the_zip_is_read(files, found):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"feed/2025/{name}", content)
            archive.writestr(f"__MACOSX/feed/2025/._{name}", b"\0")
    packed.seek(0)
    feed = read_feed(packed)
    assert feed.counts["stops"] == 3
    assert [issue.value for issue in found(feed, "nested_folder")] == ["feed/2025"]


def test_names_that_leave_the_folder_are_ignored(zipped, found):
    feed = read_feed(zipped({"../stops.txt": "x", "/etc/trips.txt": "y", "C:\\routes.txt": "z"}))
    assert feed.counts["stops"] == 3
    assert len(found(feed, "ignored_name")) == 3


def test_a_zip_in_a_zip_says_so(zipped):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("feed.zip", zipped().getvalue())
    packed.seek(0)
    with pytest.raises(FeedRefused, match="another zip"):
        read_feed(packed)


def test_a_damaged_optional_file_costs_only_itself(files, found):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**files, "feed_info.txt": "feed_lang\n" + "id" * 50}.items():
            archive.writestr(name, content)
    content = packed.getvalue().replace(b"idid", b"idxx", 1)
    feed = read_feed(io.BytesIO(content))
    assert [issue.file for issue in found(feed, "damaged_file")] == ["feed_info.txt"]
    with pytest.raises(FeedRefused, match=r"stops\.txt in the zip is damaged"):
        read_feed(io.BytesIO(packed.getvalue().replace(b"Blok M,-6", b"Blok X,-6", 1)))


def test_unknown_files_are_named_and_capitals_forgiven(files, found):
    named = {name.upper(): content for name, content in files.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**named, "notes.pdf": "x", "pathways.txt": "x"}.items():
            archive.writestr(name, content)
    packed.seek(0)
    feed = read_feed(packed)
    assert feed.counts["trips"] == 2
    assert [issue.file for issue in found(feed, "unknown_file")] == ["notes.pdf"]
    assert [issue.file for issue in found(feed, "unused_file")] == ["pathways.txt"]

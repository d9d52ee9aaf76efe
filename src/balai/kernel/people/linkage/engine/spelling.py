"""Indonesian names as they sound, whatever spelling and titles they were written with.

The spelling of 1947 (Soekarno, Djoko) and of 1972 (Sukarno, Joko) live side by side in names; so
do letters that sound alike and titles before and after a name.
"""

from __future__ import annotations

import re
import unicodedata

TITLES = frozenset({
    "H", "HJ", "HAJI", "HAJJAH", "KH", "KYAI", "UST", "USTADZ", "USTADZAH", "DR", "DRS", "DRA",
    "DRG", "DRH", "PROF", "IR", "NS", "BD", "APT", "ALM", "ALMH", "BPK", "BAPAK", "IBU", "NY", "TN",
    "SDR", "SDRI", "SPD", "SPDI", "SH", "SE", "ST", "SKOM", "SKM", "SSOS", "SIP", "SAG", "SKED",
    "SPSI", "SP", "SPI", "SPT", "SHUT", "SFARM", "SKEP", "SSI", "SSTP", "SSN", "SAP", "SHI", "SEI",
    "STP", "SGZ", "STRKEB", "STRKEP", "AMD", "AMDKEB", "AMDKEP", "AMK", "AMA", "AMAPD", "MPD",
    "MPDI", "MH", "MM", "MSI", "MT", "MKES", "MKOM", "MAG", "MSC", "MA", "MBA", "MAP", "MHUM",
    "MSOS", "MP", "MPH", "PHD", "SPOG", "SPA", "SPPD", "LC",
})  # fmt: skip
"""Titles as they stand without their points. ST may be Siti in front; see `without_titles`."""
SHORT = {
    "MUH": "MUHAMMAD", "MOH": "MUHAMMAD", "MHD": "MUHAMMAD", "MUHD": "MUHAMMAD", "MOCH": "MUHAMMAD",
    "MUCH": "MUHAMMAD", "MD": "MUHAMMAD", "MUHAMAD": "MUHAMMAD", "MOHAMAD": "MUHAMMAD",
    "MOHAMMAD": "MUHAMMAD", "MUHAMMED": "MUHAMMAD", "MOCHAMAD": "MUHAMMAD",
    "MOCHAMMAD": "MUHAMMAD", "MUCHAMMAD": "MUHAMMAD", "MOHAMMED": "MUHAMMAD", "M": "MUHAMMAD",
    "ABD": "ABDUL", "ABDL": "ABDUL", "ST": "SITI", "STI": "SITI", "SITTI": "SITI", "SITY": "SITI",
    "NURUL": "NUR", "NOER": "NUR", "NOOR": "NUR",
}  # fmt: skip
SOUNDS = (
    ("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("CH", "H"), ("KH", "H"), ("SJ", "SY"), ("NJ", "NY"),
    ("DH", "D"), ("TH", "T"), ("PH", "F"), ("SH", "SY"), ("IE", "I"), ("OO", "U"), ("Q", "K"),
    ("V", "F"), ("X", "KS"), ("Z", "S"),
)  # fmt: skip
"""Letters that sound alike, the first of each rewritten as the second, in this order."""


def without_titles(name: str) -> str:
    """The name in capitals without titles and points: `Hj. St. Aminah, S.Pd` is `SITI AMINAH`."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    front, *behind = text.split(",")
    # What stands behind a comma is a title wherever all its words are.
    words = _words(front)
    for part in behind:
        more = _words(part)
        words += [] if all(word in TITLES for word in more) else more
    kept = [word for at, word in enumerate(words) if not _is_title(word, at, len(words))]
    return " ".join(SHORT.get(word, word) for word in kept or words)


def _words(text: str) -> list[str]:
    """Words without points and apostrophes; a title's points join its letters: S.Pd. is SPD."""
    joined = re.sub(r"(?<=\w)\.(?=\w)", "", text)
    return re.sub(r"[^A-Z0-9 ]+", " ", joined.replace("'", "").replace("`", "")).split()


def _is_title(word: str, at: int, count: int) -> bool:
    if word == "ST":
        # Sarjana Teknik stands at the end, Siti at the beginning.
        return at == count - 1 and at > 0
    if word in ("MA", "SE", "SH", "MM", "MH"):
        return at == count - 1 and at > 0
    return word in TITLES


def sounding(name: str) -> str:
    """The name as it sounds: without titles, in one spelling, double letters single."""
    return " ".join(_sound(word) for word in without_titles(name).split())


def _sound(word: str) -> str:
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    # After the vowels have one letter each: Sri and Srie, Aisyah and Aisya.
    word = re.sub(r"(.)\1+", r"\1", word)
    return word.removesuffix("H") if len(word) > 3 else word


def skeleton(name: str) -> str:
    """The consonants of the first and last word, by which misspelt names still meet."""
    words = sounding(name).split()
    ends = words[:1] + (words[-1:] if len(words) > 1 else [])
    return " ".join(word[:1] + re.sub(r"[AIUEOY]", "", word[1:])[:3] for word in ends)

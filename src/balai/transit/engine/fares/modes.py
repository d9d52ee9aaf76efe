"""The modes a tap or a leg may have. The numbers are stored; never renumber them."""

from __future__ import annotations

from enum import IntEnum


class Mode(IntEnum):
    """What a resident boards, as an int8 in arrays."""

    BRT = 0
    BUS = 1
    ANGKOT = 2
    MIKROTRANS = 3
    MRT = 4
    LRT = 5
    RAIL = 6
    ROYALTRANS = 7

    @property
    def code(self) -> str:
        """The mode as files and the API write it, such as `brt`."""
        return self.name.lower()

    @classmethod
    def of(cls, code: str) -> Mode:
        """The mode of a code. Raises ValueError naming the codes there are."""
        try:
            return cls[code.strip().upper()]
        except KeyError:
            raise ValueError(f"no mode {code!r}; one of {', '.join(MODE_CODES)}") from None


MODE_CODES: tuple[str, ...] = tuple(mode.code for mode in Mode)

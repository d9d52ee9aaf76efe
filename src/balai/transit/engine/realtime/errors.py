"""Why a message is not taken at all."""

from __future__ import annotations


class RealtimeRefused(ValueError):  # noqa: N818 - named like the reader's FeedRefused
    """The bytes are no message that can be used; says what would be."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy

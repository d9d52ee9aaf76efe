"""The demonstration's residents, all generated."""

from balai.kernel.people.demo.build import build

__all__ = ["build"]

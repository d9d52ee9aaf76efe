"""The treasury's API."""

from balai.kernel.treasury.api.v1 import router

__all__ = ["router"]

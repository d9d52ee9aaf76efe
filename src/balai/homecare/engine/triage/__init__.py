"""How urgent a call is."""

from .news2 import (
    Assessment,
    Chart,
    Risk,
    VitalSigns,
    VitalSignsRefusedError,
    assess,
    chart_from_parameters,
)

__all__ = [
    "Assessment",
    "Chart",
    "Risk",
    "VitalSigns",
    "VitalSignsRefusedError",
    "assess",
    "chart_from_parameters",
]

"""The network's tables: members, plans, indicators, and the values computed for them."""

from balai.network.models.indicators import (
    Indicator,
    IndicatorDefinition,
    IndicatorValue,
    Publication,
)
from balai.network.models.members import MemberState, NetworkCity, Population
from balai.network.models.plans import (
    ActionPlan,
    FrameworkItem,
    Project,
    ProjectIndicator,
    StrategicTarget,
    Target,
)

__all__ = [
    "ActionPlan",
    "FrameworkItem",
    "Indicator",
    "IndicatorDefinition",
    "IndicatorValue",
    "MemberState",
    "NetworkCity",
    "Population",
    "Project",
    "ProjectIndicator",
    "Publication",
    "StrategicTarget",
    "Target",
]

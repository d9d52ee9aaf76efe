"""Everything that changes regions and cities, one transaction each."""

from balai.kernel.regions.actions.boundaries import BoundaryImport, import_boundaries
from balai.kernel.regions.actions.cities import install_cities, register_city
from balai.kernel.regions.actions.codes import record_successor, set_other_code
from balai.kernel.regions.actions.population import PopulationImport, import_population
from balai.kernel.regions.actions.tree import RegionImport, import_regions

__all__ = [
    "BoundaryImport",
    "PopulationImport",
    "RegionImport",
    "import_boundaries",
    "import_population",
    "import_regions",
    "install_cities",
    "record_successor",
    "register_city",
    "set_other_code",
]

"""Polygons of regions from a GeoJSON file, with a label point inside each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import codes
from balai.kernel.regions.models import Boundary, Region

CODE_PROPERTIES = ("kode", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryImport:
    """Features read, codes whose boundary was set, and the features refused."""

    features: int
    codes: tuple[str, ...]
    faults: tuple[Fault, ...]
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The import for JSON."""
        return {"features": self.features, "boundaries": len(self.codes),
                "dry_run": self.dry_run,
                "issues": [fault.as_dict() for fault in self.faults]}  # fmt: skip


@transaction.atomic
def import_boundaries(source: Path, *, origin: str, dry_run: bool = False) -> BoundaryImport:
    """Take in the polygons of a GeoJSON FeatureCollection whose features have a `kode` property.

    The label point is computed, not taken from the file, so that it lies inside. A feature with an
    unknown code, one seen earlier in the file, or a bad geometry is reported by its place in the
    file (1 is the first) and left out. ProblemError where the file is no FeatureCollection.
    """
    features = _features(source)
    known = dict(Region.objects.filter(scheme=codes.SCHEME).values_list("code", "pk"))
    faults: list[Fault] = []
    found: dict[str, tuple[Region, Boundary]] = {}
    for row, feature in enumerate(features, start=1):
        code = _code(feature)
        if fault := _wrong_code(row, code, known, found):
            faults.append(fault)
        elif isinstance(made := _boundary(row, feature, known[code], origin), Fault):
            faults.append(made)
        else:
            found[code] = made
    if not dry_run:
        _save(list(found.values()))
    return BoundaryImport(
        features=len(features), codes=tuple(found), faults=tuple(faults), dry_run=dry_run
    )


def _features(source: Path) -> list[Any]:
    try:
        document = json.loads(source.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise ProblemError("The file is not JSON", detail=f"{source.name}: {error}") from None
    features = document.get("features") if isinstance(document, Mapping) else None
    if not isinstance(features, list):
        raise ProblemError(
            "The file is not a GeoJSON FeatureCollection",
            detail=f"{source.name} has no list of features. Export the layer as GeoJSON.",
        )
    return features


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    if not isinstance(properties, Mapping):
        return ""
    return str(next((properties[name] for name in CODE_PROPERTIES if name in properties), ""))


def _wrong_code(
    row: int, code: str, known: Mapping[str, int], found: Mapping[str, Any]
) -> Fault | None:
    if not code:
        return Fault(row=row, field="kode", problem="the feature has no code",
                     remedy="Give it a property kode")  # fmt: skip
    if code in found:
        return Fault(row=row, field="kode", value=code, problem="repeats an earlier feature",
                     remedy="Join its polygons into one MultiPolygon")  # fmt: skip
    if code not in known:
        return Fault(row=row, field="kode", value=code[:40], problem="no region has this code",
                     remedy="Import the region file first, or mend the code")  # fmt: skip
    return None


def _boundary(
    row: int, feature: Mapping[str, Any], region: int, origin: str
) -> tuple[Region, Boundary] | Fault:
    from balai.kernel.regions import geometry as shapes

    try:
        geometry = shapes.read_geometry(feature.get("geometry"))
        lon, lat = shapes.label_point(geometry)
    except shapes.BadGeometryError as error:
        return Fault(row=row, field="geometry", value=_code(feature), problem=str(error),
                     remedy="Mend the polygon and import it again")  # fmt: skip
    west, south, east, north = shapes.box_of(geometry)
    boundary = Boundary(region_id=region, geometry=geometry, west=west, south=south, east=east,
                        north=north, source=origin)  # fmt: skip
    return Region(pk=region, lat=lat, lon=lon), boundary


def _save(made: list[tuple[Region, Boundary]]) -> None:
    Boundary.objects.bulk_create(
        [boundary for _, boundary in made],
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["geometry", "west", "south", "east", "north", "source"],
        batch_size=500,
    )
    Region.objects.bulk_update([region for region, _ in made], ["lat", "lon"], batch_size=500)

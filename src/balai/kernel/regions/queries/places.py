"""Where a point lies, and the shapes of a city's districts for a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Min, QuerySet

from balai.kernel.regions.models import Boundary
from balai.kernel.regions.queries.city import city_by_slug
from balai.kernel.regions.queries.tree import Place, place

SIMPLIFIED = 0.0002  # degrees; about 22 m


def locate(lat: float, lon: float, *, level: str = "village", under: str = "") -> Place | None:
    """The region of that level whose boundary holds the point (degrees), or None.

    Only regions with a boundary are seen. `under` limits the search to one region's descendants.
    """
    code = locate_many([(lat, lon)], level=level, under=under)[0]
    return place(code, scheme="kemendagri") if code else None


def locate_many(
    points: Sequence[tuple[float, float]], *, level: str = "village", under: str = ""
) -> list[str]:
    """For each (lat, lon) the code of the region of that level that holds it, or "".

    A point within two overlapping boundaries goes to the lower code.
    """
    import numpy as np

    from balai.kernel.regions.geometry import contains_many

    if not points:
        return []
    lat, lon = np.array(points, dtype=np.float64).T
    codes = np.full(len(points), "", dtype=object)
    rows = _boundaries(level, under).filter(
        west__lte=lon.max(), east__gte=lon.min(), south__lte=lat.max(), north__gte=lat.min()
    )
    for row in rows.order_by("region__code").iterator(chunk_size=200):
        near = (codes == "") & (lon >= row.west) & (lon <= row.east)
        near &= (lat >= row.south) & (lat <= row.north)
        at = np.flatnonzero(near)
        if len(at):
            codes[at[contains_many(row.geometry, lon[at], lat[at])]] = row.region.code
    return [str(code) for code in codes]


def box_around(under: str, *, level: str = "district") -> tuple[float, float, float, float] | None:
    """South, west, north and east of the regions of that level below one, in degrees; None
    where no boundary is known.
    """
    box = _boundaries(level, under).aggregate(
        south=Min("south"), west=Min("west"), north=Max("north"), east=Max("east")
    )
    if box["south"] is None:
        return None
    return box["south"], box["west"], box["north"], box["east"]


def district_map(
    slug: str, *, level: str = "district", tolerance: float = SIMPLIFIED
) -> dict[str, Any]:
    """A city's districts (or villages) as a GeoJSON FeatureCollection, thinned for a map.

    Borders stay shared between neighbours; coordinates have 5 decimals (about a metre). Each
    feature has code, name, lat, lon and the source of its polygon. Without boundaries the
    collection is empty: show the list instead.
    """
    from balai.kernel.regions.geometry import simplify_together

    rows = list(_boundaries(level, city_by_slug(slug).region_code).order_by("region__code"))
    shapes = simplify_together([row.geometry for row in rows], tolerance=tolerance)
    features = [
        {
            "type": "Feature",
            "id": row.region.code,
            "properties": {"code": row.region.code, "name": row.region.name,
                           "lat": row.region.lat, "lon": row.region.lon, "source": row.source},
            "geometry": shape,
        }
        for row, shape in zip(rows, shapes, strict=True)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _boundaries(level: str, under: str) -> QuerySet[Boundary]:
    rows = Boundary.objects.select_related("region").filter(
        region__level=level, region__valid_to=None
    )
    return rows.filter(region__path__startswith=place(under).path + "/") if under else rows

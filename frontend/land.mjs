// Writes the land of South-East Asia to ../build/static/maps/asean-land.geojson, from Natural
// Earth (public domain) as world-atlas packs it at 1:50 million. Members and neighbours apart.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const frame = { west: 84, south: -16, east: 146, north: 32 };
// ISO 3166-1 numeric codes, as world-atlas names its countries.
const members = {
  "096": "BN", 104: "MM", 116: "KH", 360: "ID", 418: "LA", 458: "MY", 608: "PH", 626: "TL",
  702: "SG", 704: "VN", 764: "TH",
};

export async function writeLand() {
  const source = join(here, "node_modules", "world-atlas", "countries-50m.json");
  const atlas = JSON.parse(await readFile(source, "utf8"));
  const features = atlas.objects.countries.geometries.flatMap((shape) => feature(atlas, shape));
  const folder = join(here, "..", "build", "static", "maps");
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ type: "FeatureCollection", features });
  await writeFile(join(folder, "asean-land.geojson"), text);
}

function feature(atlas, shape) {
  const polygons = (shape.type === "Polygon" ? [shape.arcs] : shape.arcs ?? [])
    .map((rings) => rings.map((arcs) => clipped(ring(atlas, arcs))).filter((each) => each.length > 3))
    .filter((rings) => rings.length > 0);
  if (polygons.length === 0) return [];
  const properties = { code: members[shape.id] ?? "", name: shape.properties.name };
  return [{ type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates: polygons } }];
}

// TopoJSON: a ring is arcs end to end (~n is arc n backwards), each a list of steps on a grid.
function ring(atlas, arcs) {
  return arcs.flatMap((number, place) => {
    const points = arc(atlas, number < 0 ? ~number : number);
    const onward = number < 0 ? points.reverse() : points;
    return place === 0 ? onward : onward.slice(1);
  });
}

function arc({ arcs, transform: { scale, translate } }, number) {
  let [x, y] = [0, 0];
  return arcs[number].map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

// Sutherland and Hodgman: cut the ring at each side of the window in turn.
function clipped(points) {
  const { west, south, east, north } = frame;
  const sides = [[0, west, 1], [0, east, -1], [1, south, 1], [1, north, -1]];
  const cut = sides.reduce((kept, side) => cutAt(kept, ...side), points);
  return cut.map(([lon, lat]) => [Number(lon.toFixed(2)), Number(lat.toFixed(2))]);
}

function cutAt(points, axis, limit, sign) {
  const inside = (point) => (point[axis] - limit) * sign >= 0;
  return points.flatMap((point, place) => {
    const before = points.at(place - 1);
    const crossing = inside(point) === inside(before) ? [] : [cross(before, point, axis, limit)];
    return inside(point) ? [...crossing, point] : crossing;
  });
}

function cross(a, b, axis, limit) {
  const share = (limit - a[axis]) / (b[axis] - a[axis]);
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

// Turns the page's colour tokens into a MapLibre style, so that one stylesheet decides both.
const names = ["land", "land-2", "water", "line", "road"];
const modes = ["mrt", "lrt", "rail", "brt", "bus", "angkot", "mikrotrans", "royaltrans", "walk"];

export function palette(element) {
  const computed = getComputedStyle(element);
  const read = (name) => computed.getPropertyValue(name).trim();
  return {
    ...Object.fromEntries(names.map((name) => [name, read(`--map-${name}`)])),
    mode: Object.fromEntries(modes.map((name) => [name, read(`--m-${name}`)])),
    line: read("--map-line"),
    halo: read("--halo"),
    other: read("--net"),
    reach: read("--transit"),
  };
}

const fills = { outside: "land-2", land: "land", water: "water" };

export function ground(plan, colour) {
  const sources = {};
  const layers = [{
    id: "ground",
    type: "background",
    paint: { "background-color": plan.ground === "land" ? colour["land-2"] : colour.water },
  }];
  const source = (name) => (sources[name] = { type: "geojson", data: plan[name] });
  for (const [name, fill] of Object.entries(fills)) {
    if (!plan[name]) continue;
    source(name);
    layers.push({ id: name, type: "fill", source: name, paint: { "fill-color": colour[fill] } });
    if (name === "water") continue;
    layers.push({ id: `${name}-edge`, type: "line", source: name, paint: { "line-color": colour.line, "line-width": 0.8 } });
  }
  if (plan.borders) {
    source("borders");
    layers.push({ id: "borders", type: "line", source: "borders", paint: { "line-color": colour.line, "line-width": 1 } });
  }
  if (plan.roads) {
    source("roads");
    layers.push({
      id: "roads", type: "line", source: "roads",
      paint: { "line-color": colour.road, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 14, 2] },
    });
  }
  return { version: 8, sources, layers };
}

export function areaLayers(colour) {
  return [
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": colour.reach, "fill-opacity": 0.22 } },
    { id: "areas-edge", type: "line", source: "areas", paint: { "line-color": colour.reach, "line-width": 1.2 } },
  ];
}

// Options that share a stretch run side by side instead of hiding under each other.
export function offsets(plan, selected) {
  const groups = new Set((plan.lines?.features ?? []).map((line) => line.properties.group));
  const others = [...groups].filter((group) => group !== selected);
  const cases = others.flatMap((group, i) => [group, (i % 2 ? 1 : -1) * 6 * (1 + Math.floor(i / 2))]);
  return cases.length && selected !== null ? ["match", ["coalesce", ["get", "group"], ""], ...cases, 0] : 0;
}

export function lineLayers(colour, selected, offset) {
  const mode = ["match", ["coalesce", ["get", "mode"], ""],
    ...Object.entries(colour.mode).flat(), colour.other];
  const dashed = ["any", ["==", ["get", "mode"], "walk"], ["==", ["get", "mode"], "mikrotrans"],
    ["==", ["get", "mode"], "angkot"], ["to-boolean", ["get", "dashed"]]];
  const chosen = selected === null || selected === undefined
    ? ["literal", true] : ["==", ["get", "group"], selected];
  const round = { "line-cap": "round", "line-join": "round" };
  const layer = (id, filter, paint) => ({ id, type: "line", source: "lines", layout: round, filter, paint });
  const other = ["!", chosen];
  return [
    layer("lines-other-casing", other, { "line-color": colour.halo, "line-width": 5.5, "line-offset": offset }),
    layer("lines-other", ["all", other, ["!", dashed]], { "line-color": mode, "line-width": 3, "line-opacity": 0.75, "line-offset": offset }),
    layer("lines-other-dashed", ["all", other, dashed], { "line-color": mode, "line-width": 2.5, "line-opacity": 0.85, "line-dasharray": [0.1, 2], "line-offset": offset }),
    layer("lines-casing", chosen, { "line-color": colour.halo, "line-width": 9 }),
    layer("lines-solid", ["all", chosen, ["!", dashed]], { "line-color": mode, "line-width": 5.5 }),
    layer("lines-dashed", ["all", chosen, dashed], { "line-color": mode, "line-width": 4.5, "line-dasharray": [0.1, 1.7] }),
  ];
}

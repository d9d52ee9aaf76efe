// Draws every `.map[data-source]`: GeoJSON on our own ground, no tiles, no other host.
// The page describes the map in a JSON script element, or at the address in data-src:
//   {bounds: [w, s, e, n], ground: "water" | "land", land, water, outside, borders, roads,
//    areas, lines, points, selected}
// The layers are GeoJSON objects or addresses of them. Features of `lines` carry
// {id, group, mode, dashed}; of `points` {id, group, kind, label, side, important, status, href,
// text}, kind: stop, place, sea, pin, circle, diamond, ring or selected.
// Events on the map element: `balai:map-select` {id, group} is sent when a line or point is
// clicked; `balai:map-show` {group} asks for a group to be highlighted.
import { Map as MapView, LngLatBounds, setWorkerUrl } from "maplibre-gl";
import { declutter, marker } from "./markers.js";
import { areaLayers, ground, lineLayers, offsets, palette } from "./style.js";

const script = document.querySelector("script[data-worker]");
setWorkerUrl(script.dataset.worker);

for (const element of document.querySelectorAll(".map[data-source], .map[data-src]")) {
  draw(element).catch((reason) => fail(element, reason));
}

async function draw(element) {
  const plan = await described(element);
  const canvas = element.querySelector(".map-canvas");
  const coarse = matchMedia("(pointer: coarse)").matches;
  const view = new MapView({
    container: canvas,
    style: ground(plan, palette(element)),
    bounds: plan.bounds,
    fitBoundsOptions: { padding: Number(element.dataset.padding ?? 48) },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
    cooperativeGestures: coarse,
    locale: {
      "CooperativeGesturesHandler.MobileHelpText": element.dataset.twoFingers ?? "",
    },
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  view.getCanvas().setAttribute("aria-label", element.dataset.keys ?? "");
  await new Promise((resolve, reject) => {
    view.once("load", resolve);
    view.once("error", (event) => reject(event.error));
  });
  const state = { element, plan, view, selected: plan.selected ?? null, markers: [] };
  areas(state);
  lines(state);
  points(state);
  controls(state);
  follow(state);
  element.dataset.state = "ready";
  element.dispatchEvent(new CustomEvent("balai:map-ready", { bubbles: true, detail: { view } }));
}

async function described(element) {
  if (element.dataset.src) {
    const answer = await fetch(element.dataset.src, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${element.dataset.src}`);
    return answer.json();
  }
  return JSON.parse(document.getElementById(element.dataset.source).textContent);
}

function fail(element, reason) {
  console.warn("map:", reason);
  element.dataset.state = "failed";
  const note = element.querySelector("[data-map-failed]");
  if (note) note.hidden = false;
}

// What is within reach, the widest band first: a place in several bands is the darker for it.
function areas({ plan, view, element }) {
  if (!plan.areas) return;
  view.addSource("areas", { type: "geojson", data: plan.areas });
  for (const layer of areaLayers(palette(element))) view.addLayer(layer);
}

function lines(state) {
  const { plan, view, element } = state;
  if (!plan.lines) return;
  view.addSource("lines", { type: "geojson", data: plan.lines });
  for (const layer of lineLayers(palette(element), state.selected, offsets(plan, state.selected))) {
    view.addLayer(layer);
    view.on("click", layer.id, (event) => select(state, event.features[0].properties));
    view.on("mouseenter", layer.id, () => (view.getCanvas().style.cursor = "pointer"));
    view.on("mouseleave", layer.id, () => (view.getCanvas().style.cursor = ""));
  }
}

function points(state) {
  const { plan, view } = state;
  const features = plan.points?.features ?? [];
  state.markers = features.map((feature) => marker(feature, view, () => select(state, feature.properties)));
  const tidy = () => declutter(state.markers, view);
  view.on("moveend", tidy);
  view.on("resize", tidy);
  tidy();
}

function controls({ element, view, plan }) {
  element.querySelector("[data-zoom=in]")?.addEventListener("click", () => view.zoomIn());
  element.querySelector("[data-zoom=out]")?.addEventListener("click", () => view.zoomOut());
  element.querySelector("[data-zoom=fit]")?.addEventListener("click", () =>
    view.fitBounds(new LngLatBounds(plan.bounds), { padding: Number(element.dataset.padding ?? 48) }));
}

function select(state, { id, group }) {
  state.element.dispatchEvent(new CustomEvent("balai:map-select", { bubbles: true, detail: { id, group } }));
}

function show(state, group) {
  const { view, plan, element, markers } = state;
  if (plan.lines) {
    for (const layer of lineLayers(palette(element), group, offsets(plan, group))) {
      for (const [name, value] of Object.entries(layer.paint)) view.setPaintProperty(layer.id, name, value);
      view.setFilter(layer.id, layer.filter);
    }
  }
  for (const each of markers) each.show(group);
  declutter(markers, view);
}

// The selection follows the page: its links, its own events, and the colour scheme.
function follow(state) {
  const { element, view } = state;
  const repaint = () => {
    const fresh = ground(state.plan, palette(element));
    for (const layer of fresh.layers) {
      for (const [name, value] of Object.entries(layer.paint)) view.setPaintProperty(layer.id, name, value);
    }
    for (const layer of state.plan.areas ? areaLayers(palette(element)) : []) {
      for (const [name, value] of Object.entries(layer.paint)) view.setPaintProperty(layer.id, name, value);
    }
    show(state, state.selected);
  };
  element.addEventListener("balai:map-show", (event) => {
    state.selected = event.detail.group;
    show(state, state.selected);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const link of document.querySelectorAll(`[data-map-group][data-map="${CSS.escape(element.id)}"]`)) {
    const { mapGroup } = link.dataset;
    for (const name of ["pointerenter", "focusin"]) link.addEventListener(name, () => show(state, mapGroup));
    for (const name of ["pointerleave", "focusout"]) link.addEventListener(name, () => show(state, state.selected));
  }
  show(state, state.selected);
}

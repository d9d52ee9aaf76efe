// Points are small HTML elements: they keep the page's type, need no glyph files, and differ in
// shape as well as colour.
import { Marker } from "maplibre-gl";

const svg = "http://www.w3.org/2000/svg";

const shapes = {
  stop: [10, [["circle", { class: "mk-ring", cx: 5, cy: 5, r: 4 }]]],
  circle: [14, [["circle", { class: "mk-fill mk-edge", cx: 7, cy: 7, r: 6 }]]],
  diamond: [16, [["path", { class: "mk-fill mk-edge", d: "M8 1l7 7-7 7-7-7z" }]]],
  triangle: [16, [["path", { class: "mk-fill mk-edge", d: "M8 1.500 15.500 14.500H.5z" }]]],
  ring: [14, [["circle", { class: "mk-ring", cx: 7, cy: 7, r: 5 }]]],
  selected: [38, [
    ["circle", { class: "mk-sel", cx: 19, cy: 19, r: 17 }],
    ["path", { class: "mk-fill", d: "M19 9.500l4 4.500-4 4.500-4-4.500zM19 19.500l4 4.500-4 4.500-4-4.500zM9.500 19l4.500-4 4.500 4-4.500 4zM19.500 19l4.500-4 4.500 4-4.500 4z" }],
  ]],
  badge: [24, [["circle", { class: "mk-fill mk-edge", cx: 12, cy: 12, r: 11 }]]],
  pin: [28, [["path", { class: "mk-pin", d: "M14 37C8 29 2 22.500 2 14a12 12 0 0 1 24 0c0 8.500-6 15-12 23z" }]], 38],
};

function drawing(kind, text) {
  const [width, parts, height = width] = shapes[kind];
  const root = document.createElementNS(svg, "svg");
  root.setAttribute("width", width);
  root.setAttribute("height", height);
  root.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of parts) {
    const part = document.createElementNS(svg, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    root.append(part);
  }
  if (text) {
    const letter = document.createElementNS(svg, "text");
    for (const [name, value] of Object.entries({ class: "mk-pin-text", x: width / 2, y: kind === "pin" ? 18.5 : height / 2 + 4.5 })) letter.setAttribute(name, value);
    letter.textContent = text;
    root.append(letter);
  }
  return root;
}

export function marker(feature, view, pressed) {
  const about = feature.properties;
  const element = document.createElement("div");
  element.className = "mk";
  const shaped = about.kind in shapes;
  const body = about.href ? document.createElement("a") : element;
  if (about.href) {
    body.href = about.href;
    body.setAttribute("aria-label", about.label ?? "");
    element.append(body);
  } else {
    element.setAttribute("aria-hidden", "true");
  }
  if (shaped) body.append(drawing(about.kind, about.text));
  if (about.important) element.dataset.important = "";
  if (about.kind === "sea") element.dataset.sea = "";
  if (about.status) element.dataset.status = about.status;
  let label = null;
  if (about.label) {
    label = document.createElement("span");
    label.className = "mk-label";
    label.textContent = about.label;
    body.append(label);
  }
  body.addEventListener("click", pressed);
  const placed = new Marker({ element, anchor: about.kind === "pin" ? "bottom" : "center" })
    .setLngLat(feature.geometry.coordinates)
    .addTo(view);
  element.removeAttribute("tabindex");
  return {
    element, label, about, placed,
    side: shaped ? about.side ?? "right" : "centre",
    show(group) {
      const foreign = about.group !== undefined && group !== null && group !== undefined && about.group !== group;
      element.hidden = foreign;
    },
  };
}

const order = { right: ["right", "left", "below"], left: ["left", "right", "below"], below: ["below", "right", "left"], centre: ["centre"] };

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Important labels first; each takes the first free side, or steps back.
export function declutter(markers, view) {
  const frame = view.getContainer().getBoundingClientRect();
  const shown = markers.filter((each) => !each.element.hidden);
  const boxes = shown.filter((each) => each.side !== "centre")
    .map((each) => ({ owner: each, box: (each.element.querySelector("svg") ?? each.element).getBoundingClientRect() }));
  const ranked = shown.filter((each) => each.label)
    .sort((a, b) => Boolean(b.about.important) - Boolean(a.about.important) || (a.about.rank ?? 9) - (b.about.rank ?? 9));
  for (const each of ranked) {
    const fits = order[each.side].find((side) => {
      each.label.dataset.side = side;
      const box = each.label.getBoundingClientRect();
      const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
      return inside && !boxes.some((taken) => taken.owner !== each && overlap(box, taken.box));
    });
    if (!fits) each.label.dataset.side = each.about.important ? order[each.side][0] : "none";
    if (fits || each.about.important) boxes.push({ owner: each, box: each.label.getBoundingClientRect() });
  }
}

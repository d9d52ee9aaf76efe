import { typing } from "./shortcuts.js";

// The officers' queue: at desk width the chosen row's request stands beside the list. j and k (see
// shortcuts.js) move from row to row, c claims the chosen one, Enter opens it. A click on a row
// chooses; without this script, and on a phone, a row is a plain link.
const DESK = "(min-width: 1000px)";
const WAIT = 150; // milliseconds: who runs through the list asks for one request, not for ten

export function startQueue(page, htmx) {
  const table = page.querySelector("table.queue");
  const pane = page.getElementById("pane");
  if (!table || !pane) return;
  const rows = [...table.querySelectorAll("tbody tr[data-pane]")];
  const rowOf = (element) => element.closest?.("tbody tr[data-pane]");
  let asked = 0;

  const choose = (row) => {
    if (row.dataset.selected) return;
    for (const each of rows) delete each.dataset.selected;
    row.dataset.selected = "true";
    clearTimeout(asked);
    if (!window.matchMedia(DESK).matches) return;
    asked = setTimeout(() => htmx.ajax("GET", row.dataset.pane, { target: pane, swap: "innerHTML" }), WAIT);
  };

  table.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row) choose(row);
  });
  table.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    // The keyboard's Enter on a link comes as a click without a pressed button: it opens the page.
    if (!row || event.detail === 0 || !window.matchMedia(DESK).matches) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("form, td a")) return;
    if (event.target.closest("th a")) event.preventDefault();
    choose(row);
    row.querySelector("th a").focus({ preventScroll: true });
  });
  if (page.documentElement.dataset.shortcuts === "off") return;
  page.addEventListener("keydown", (event) => {
    if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || page.querySelector("dialog[open]")) return;
    const chosen = table.querySelector("tr[data-selected] [data-claim]");
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  });
}

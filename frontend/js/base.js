import htmx from "htmx.org/dist/htmx.esm.js";
import { Button, CharacterCount, ErrorSummary, SkipLink, createAll } from "govuk-frontend";
import { startQueue } from "./queue.js";
import { startAsked } from "./asked.js";
import { startShortcuts } from "./shortcuts.js";

// The content security policy allows neither inline styles nor eval; history stays out of storage
// because pages hold personal data.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
});

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, CharacterCount, ErrorSummary, SkipLink]) createAll(component);
startShortcuts(document);
startAsked(document);
startQueue(document, htmx);

// On a phone the navigation scrolls sideways: the page one is on must be among what shows.
for (const current of document.querySelectorAll(".nav [aria-current], .desk-nav [aria-current]")) {
  const bar = current.closest(".nav, .desk-nav");
  const past = current.getBoundingClientRect().right - bar.getBoundingClientRect().right;
  if (past > 0) bar.scrollLeft += past + 24;
}

// A number to be copied: the button shows only where the browser lets a page copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value);
    source.select();
  });
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
});

// A list that is being filtered keeps its place while the answer comes.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute?.("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute?.("aria-busy"));

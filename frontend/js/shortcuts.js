// Single keys for officers: an element with data-shortcut="j" is pressed or focused by that key.
// They are off while one types, and for good where the visitor switched them off (WCAG 2.1.4).
export const typing = (element) =>
  element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName);

export function startShortcuts(page) {
  if (page.documentElement.dataset.shortcuts === "off") return;
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (page.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      page.getElementById("shortcuts")?.showModal();
      return;
    }
    const move = { j: 1, k: -1 }[event.key];
    const taken = press(page, event.key) || (move && step(page, move));
    if (taken) event.preventDefault();
  });
}

function press(page, key) {
  const target = page.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (typing(target)) target.focus();
  else target.click();
  return true;
}

// j and k walk the first link of each row of a queue.
function step(page, move) {
  const links = [...page.querySelectorAll(".q tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
  if (!links.length) return false;
  const now = links.indexOf(page.activeElement);
  links[Math.min(links.length - 1, Math.max(0, now + move))].focus();
  return true;
}

// Questions that an earlier answer brings up: `data-asked-after` names that question, `data-asked-for`
// the answer. What is hidden is disabled too, so that it is not sent. Without script the server
// shows them in the next round.
export function startAsked(root) {
  const asked = [...root.querySelectorAll("fieldset[data-asked-after]")];
  if (!asked.length) return;
  const answers = (name) =>
    [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
      .filter((each) => !each.closest("fieldset[disabled]"))
      .filter((each) => !["radio", "checkbox"].includes(each.type) || each.checked)
      .map((each) => each.value.trim());
  // In the order of the page: a question that is hidden brings none up after it.
  const settle = () => {
    for (const each of asked) {
      const wanted = answers(each.dataset.askedAfter).includes(each.dataset.askedFor);
      each.hidden = each.disabled = !wanted;
    }
  };
  root.addEventListener("change", settle);
  root.addEventListener("input", settle);
  settle();
}

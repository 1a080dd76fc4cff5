// What somebody has changed in a form since it was opened or last kept: leaving asks
// about it, and drafts are saved for it. What the server has put in is no change, and
// neither is a field that holds what was kept.

/** What each name of a form holds; without files where those don't count. */
export function held(form, files = true) {
  const values = new Map();
  for (const [name, value] of new FormData(form)) {
    let text = value;
    if (value instanceof File) text = files && value.name ? `${value.name} ${value.size}` : "";
    values.set(name, values.has(name) ? `${values.get(name)}\n${text}` : text);
  }
  return values;
}

const known = new WeakMap();

/** The changes of one form, the same for all who ask. */
export function changesOf(form) {
  if (!known.has(form)) known.set(form, follow(form));
  return known.get(form);
}

function follow(form) {
  const touched = new Set(); // names somebody has filled in
  let kept = held(form), rows = false, sent = false;
  for (const change of ["input", "change"]) {
    form.addEventListener(change, ({ target }) => {
      sent = false;
      if (target.name && target.id !== "template") touched.add(target.name); // a template that is chosen is not yet filled in
    });
  }
  // Rows or files that came or went by a button, or something that could not be sent.
  form.addEventListener("unsaved", () => { [rows, sent] = [true, false]; });
  form.addEventListener("submit", () => { sent = true; });
  form.addEventListener("reset", () => {
    touched.clear();
    rows = false;
  });
  return {
    any() {
      if (sent) return false;
      const now = held(form);
      return rows || [...touched].some((name) => (now.get(name) ?? "") !== (kept.get(name) ?? ""));
    },
    /** What was held when it was sent has been kept. */
    keep(asked) {
      kept = asked;
      rows = false;
    },
  };
}

// What a form page does better with script: rows without loading the page anew,
// options and route that follow what is filled in, fields checked when they are
// left, drafts saved by themselves. All answers come from the server as parts of
// the same page; nothing is decided here.

const partHeader = "X-Page-Part";

/** Send a form as it is, with more names and values, and get the answer as a document. */
async function ask(form, part, extra, signal) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) {
    if (value instanceof File && (part !== "form" || value.name === "")) data.delete(name);
  }
  for (const [name, value] of extra) data.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { [partHeader]: part }, signal, redirect: "manual" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Rows and files: the button does what it says, in place. Without an answer it works as a plain button. */
function partButtons(form, enliven) {
  const press = async (button) => {
    const [verb, at = ""] = button.value.split(":");
    form.setAttribute("aria-busy", "true");
    try {
      const page = await ask(form, "form", [["do", button.value]]);
      form.replaceChildren(...page.body.childNodes);
      form.dispatchEvent(new Event("unsaved"));
      enliven(form);
      focusAfter(form, verb, at);
    } catch {
      form.requestSubmit(button);
    } finally {
      form.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-part-do], [data-upload-do]");
    if (!button) return;
    event.preventDefault();
    press(button);
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-upload]") || event.target.files.length === 0) return;
    const button = event.target.parentElement.querySelector("[data-upload-do]");
    if (button) press(button);
  });
}

/** Where to go on after a row or a file has come or gone. */
function focusAfter(form, verb, at) {
  const table = at.split(".")[0];
  const rows = form.querySelectorAll(`[data-row][id^="w-${CSS.escape(table)}."]`);
  let target = null;
  if (verb === "add-row" || verb === "copy-row") target = rows[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea");
  else if (verb === "upload" || verb === "remove-part") target = form.querySelector(`#w-${CSS.escape(at.replace(/\.\d+$/, ""))} input:not([type=hidden])`);
  else if (rows.length > 0) target = rows[0].querySelector("input:not([type=hidden]), select, textarea");
  (target ?? form.querySelector("[data-add-row]"))?.focus();
}

/** Put the parts of an answer where they belong, but leave alone what somebody is typing into. */
function adopt(form, page) {
  for (const fresh of page.querySelectorAll("[data-field][id]")) {
    const old = document.getElementById(fresh.id);
    if (!old || fresh.parentElement.closest("[data-field]")) continue;
    swap(form, old, fresh);
  }
}

function swap(form, old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const inner = fresh.querySelectorAll("[data-field][id]");
  if (inner.length > 0) {
    for (const part of inner) {
      const was = document.getElementById(part.id);
      if (was && form.contains(was)) swap(form, was, part);
    }
    return;
  }
  if (old.contains(document.activeElement)) {
    focused(old, fresh);
    return;
  }
  old.replaceWith(document.importNode(fresh, true));
}

/** A field that has the focus keeps it: only what is said about it changes. */
function focused(old, fresh) {
  old.className = fresh.className;
  old.hidden = fresh.hidden;
  for (const kind of [".field__error", ".field__echo"]) {
    old.querySelectorAll(kind).forEach((node) => node.remove());
    const control = old.querySelector(".input, .select, .area, .period");
    fresh.querySelectorAll(kind).forEach((node) => (control?.closest(".period") ?? control ?? old.lastElementChild)?.after(document.importNode(node, true)));
  }
  for (const control of old.querySelectorAll("input, select, textarea")) {
    const twin = fresh.querySelector(`#${CSS.escape(control.id)}`);
    if (!control.id || !twin) continue;
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (twin.hasAttribute(name)) control.setAttribute(name, twin.getAttribute(name));
      else control.removeAttribute(name);
    }
  }
}

/** Fields are checked when they are left; options, hidden fields and the route follow. */
function liveCheck(form) {
  const touched = new Set(), empty = new Set();
  let waiting = null, running = null;
  const check = async () => {
    running?.abort();
    running = new AbortController();
    const listed = form.querySelector("#form-faults [data-errors]") ? [["summary", "1"]] : [];
    const wrong = [...form.querySelectorAll("[aria-invalid=true][name]")].map((c) => c.name);
    const marked = [...new Set([...wrong, ...empty])].map((name) => ["marked", name]);
    try {
      adopt(form, await ask(form, "check", [["do", "check"], ...[...touched].map((name) => ["touched", name]), ...marked, ...listed], running.signal));
    } catch {
      // The page works without; what is wrong is said when it is sent.
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 250);
  };
  form.addEventListener("change", (event) => {
    const control = event.target;
    if (!control.name || control.type === "file" || control.matches("[data-paste]") || control.id === "template") return;
    touched.add(control.name);
    later();
  });
  // What must be filled in is asked for as soon as somebody has left it empty.
  form.addEventListener("focusout", (event) => {
    const control = event.target;
    if (!control.name || !control.matches("[aria-required=true]") || control.value.trim() !== "" || empty.has(control.name)) return;
    empty.add(control.name);
    later();
  });
}

/** Drafts are saved some seconds after the last change, and say so. */
function autosave(form) {
  const pause = 4000;
  let waiting = null, saving = false, again = false;
  const save = async () => {
    if (saving) { again = true; return; }
    saving = true;
    try {
      const page = await ask(form, "save", [["do", "autosave"]]);
      const fresh = page.getElementById("form-state");
      const old = form.querySelector("#form-state");
      if (fresh && old) {
        old.replaceWith(document.importNode(fresh, true));
        if (form.getAttribute("action") !== fresh.dataset.action) {
          form.setAttribute("action", fresh.dataset.action);
          history.replaceState(null, "", fresh.dataset.action);
        }
        if (!again) form.dispatchEvent(new Event("saved"));
      }
    } catch {
      // Next time. The warning when leaving stays.
      const state = form.querySelector("#form-state");
      if (state) {
        state.classList.add("is-unsaved");
        state.querySelector("[role=status]").textContent = state.dataset.unsaved;
      }
    } finally {
      saving = false;
      if (again) { again = false; later(); }
    }
  };
  const later = () => {
    clearTimeout(waiting);
    // A draft that another window has saved is overwritten on purpose only.
    if (form.querySelector("#form-state")?.dataset.hold === undefined) waiting = setTimeout(save, pause);
  };
  for (const change of ["input", "change", "unsaved"]) {
    form.addEventListener(change, (event) => {
      document.querySelector("[data-toast]")?.remove(); // "saved at …" is true no more
      if (!event.target.matches?.("[data-paste], #template")) later();
    });
  }
  form.addEventListener("submit", () => clearTimeout(waiting));
}

/** Names of colleagues while one types. */
function people(form) {
  const list = document.getElementById("people-found");
  if (!list) return;
  let waiting = null, running = null;
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches("[data-people]") || field.value.trim().length < 1) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      running?.abort();
      running = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.base}/find/people?q=${encodeURIComponent(field.value.trim())}`, { headers: { [partHeader]: "people" }, signal: running.signal });
        if (answer.ok) list.innerHTML = await answer.text();
      } catch {
        // A name can be typed without the list.
      }
    }, 200);
  });
}

/** Cells copied from a spreadsheet into a field of a row become rows. */
function pasteRows(form) {
  form.addEventListener("paste", (event) => {
    const row = event.target.closest?.("[data-row]");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!row || !text.includes("\t")) return;
    const table = row.id.slice(2).split(".")[0];
    const area = form.querySelector(`#paste-${CSS.escape(table)}`);
    const button = form.querySelector(`[value="${CSS.escape(`paste:${table}`)}"]`);
    if (!area || !button) return;
    event.preventDefault();
    area.value = text;
    button.click();
  });
}

/** A link in the list of what is wrong leads into the field, not only to it. */
export function faultLinks(page) {
  for (const link of page.querySelectorAll("[data-errors] a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      const control = target.matches("input, select, textarea") ? target : target.querySelector("input:not([type=hidden]), select, textarea") ?? target;
      control.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
    });
  }
}

/** form[data-form] is a form that is filled in. */
export function formPage(page, enliven) {
  for (const form of page.querySelectorAll("form[data-form]")) {
    partButtons(form, enliven);
    liveCheck(form);
    autosave(form);
    people(form);
    pasteRows(form);
  }
}

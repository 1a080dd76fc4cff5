// What a form page does better with script: rows without loading the page anew,
// options and route that follow what is filled in, fields checked when they are
// left, drafts saved by themselves. All answers come from the server as parts of
// the same page; nothing is decided here.

import { changesOf, held } from "./changes.js";
import { comeBack, inPlaceOf, lineOf, patience, tell } from "./line.js";

const partHeader = "X-Page-Part";

/** Send a form as it is, with more names and values, and get the answer as a document. */
async function ask(form, part, extra, signal) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) {
    if (value instanceof File && (part !== "form" || value.name === "")) data.delete(name);
  }
  for (const [name, value] of extra) data.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body: data, headers: { [partHeader]: part }, signal, redirect: "manual" });
  if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), { answer });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Say beside the form's buttons that something was not done; the form stays as it is. */
function notDone(form, what) {
  if (tell(form, what)) barBeside(form);
}

/** The bar that stands at the bottom while something is not kept must not cover the field somebody types in. */
function barBeside(form) {
  const bar = form.querySelector(".sendbar:has(.is-unsaved)");
  document.documentElement.style.scrollPaddingBottom = bar ? `${bar.offsetHeight + 8}px` : "";
  const field = document.activeElement;
  if (bar && field && form.contains(field) && !bar.contains(field)) field.scrollIntoView({ block: "nearest" });
}

/**
 * Rows and files: the button does what it says, in place. Where the server answers with
 * something else (the session has ended) it works as a plain button; where it is away the
 * form stays, for what stands in it must not be lost with it. Until the answer is there
 * no draft is saved behind its back: the answer holds the revision it was asked at.
 * What is pressed meanwhile is done after it. A file may take long: the rest can be filled
 * in and more files be chosen meanwhile, which is put into the answer. Where rows change their
 * places, or a request is brought into the form, nothing can be filled in for the moment.
 */
function partButtons(form, traffic, enliven) {
  let composed = null; // while characters are being put together, that they are
  let shut = 0; // presses under way, or waiting, that nothing can be filled in beside
  let queue = 0; // another where what waits is not done after all: the form is sent as a plain one
  form.addEventListener("compositionstart", () => {
    composed = new Promise((done) => form.addEventListener("compositionend", () => setTimeout(done), { once: true }));
  });
  const closed = (more) => {
    shut += more;
    form.inert = shut > 0;
    if (shut > 0) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
  };
  const press = (pressed) => {
    const [verb, at = ""] = pressed.value.split(":");
    const beside = verb === "upload";
    const mine = queue;
    if (!beside) closed(1);
    const turn = (traffic.part ?? Promise.resolve()).then(async () => {
      const button = inPlaceOf(pressed, form);
      const file = beside && button ? fileOf(button) : null;
      if (button && mine === queue && file?.files.length !== 0) await answered(button, verb, at, beside); // chosen files all go with the first press
      else if (!beside) closed(-1);
    });
    traffic.part = turn;
    turn.then(() => { if (traffic.part === turn) traffic.part = null; });
  };
  const answered = async (button, verb, at, beside) => {
    if (beside) tell(form, "under_way");
    traffic.check?.abort();
    const free = () => {
      if (beside) tell(form, "");
      else closed(-1);
      form.querySelectorAll(".filepick[inert]").forEach((pick) => { pick.inert = false; });
    };
    try {
      await traffic.saving;
      const asked = held(form, false), sent = chosen(form);
      const asking = ask(form, "form", [["do", button.value]]);
      // What holds one file has it now.
      for (const { control } of sent) if (!control.multiple && control.closest(".filepick")) control.closest(".filepick").inert = true;
      const page = await asking;
      await composed;
      const typed = beside ? typedSince(form, asked) : null;
      const more = chosen(form).filter(({ control, files }) => !sent.some((was) => was.control === control && was.files.length === files.length && was.files.every((file, i) => file === files[i])));
      const seen = unfoldedIn(form);
      form.replaceChildren(...page.body.childNodes);
      unfold(form, seen);
      typed?.put();
      for (const { control } of more) {
        const to = form.elements.namedItem(control.name);
        if (to?.type === "file") to.files = control.files;
      }
      free();
      form.dispatchEvent(new Event("unsaved"));
      enliven(form);
      const told = form.querySelector("[data-told]")?.textContent ?? "";
      const live = document.querySelector("[data-live]");
      if (live) live.textContent = told;
      if (!typed?.goOn()) focusAfter(form, verb, at, told !== "");
    } catch (trouble) {
      free();
      if (lineOf(trouble.answer) === "away") return notDone(form, "undone");
      queue++;
      traffic.part = null;
      form.requestSubmit(button);
    }
  };
  // Sent meanwhile it would be without what is under way, or chosen and waiting for it.
  form.addEventListener("submit", async (event) => {
    if (!traffic.part) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    while (traffic.part) await traffic.part;
    form.requestSubmit(inPlaceOf(event.submitter, form));
  }, { capture: true });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-part-do], [data-upload-do]");
    if (!button) return;
    event.preventDefault();
    // A file that is chosen is sent at once: whoever presses this has none to send yet.
    const file = fileOf(button);
    if (file && file.files.length === 0) file.click();
    else press(button);
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-upload]") || event.target.files.length === 0) return;
    const button = event.target.parentElement.querySelector("[data-upload-do]");
    if (button) press(button);
  });
}

/** The field whose files a button sends; null for any other button. */
function fileOf(button) {
  return button.matches("[data-upload-do]") ? button.parentElement.querySelector("[data-upload]") : null;
}

/** The files that are chosen in a form and not sent yet, by their fields. */
function chosen(form) {
  return [...form.querySelectorAll("[data-upload]")].map((control) => ({ control, files: [...control.files] })).filter(({ files }) => files.length > 0);
}

/** What was filled in since a form was asked about, and where: to be put into what comes in its place. */
function typedSince(form, asked) {
  const now = held(form, false);
  const named = (name) => [...form.elements].filter((control) => control.name === name && control.type !== "file");
  const names = [...new Set([...asked.keys(), ...now.keys()])].filter((name) => asked.get(name) !== now.get(name));
  const typed = names.map((name) => [name, named(name).map(({ value, checked }) => ({ value, checked }))]);
  const at = document.activeElement;
  const here = form.contains(at) && at.matches("input, select, textarea") && at.type !== "file" ? { name: at.name, n: named(at.name).indexOf(at), start: at.selectionStart, end: at.selectionEnd } : null;
  return {
    put() {
      for (const [name, was] of typed) {
        named(name).forEach((control, i) => {
          if (!was[i]) return;
          if (control.type === "radio" || control.type === "checkbox") control.checked = was.find(({ value }) => value === control.value)?.checked ?? control.checked;
          else control.value = was[i].value;
        });
      }
    },
    /** Goes on where somebody types; false where nobody did. */
    goOn() {
      const control = here && named(here.name)[here.n];
      if (!control) return false;
      control.focus();
      if (here.start !== null && control.setSelectionRange) control.setSelectionRange(here.start, here.end);
      return true;
    },
  };
}

/** The first field that must be filled in and is not, among those that are seen. */
function firstOpen(form) {
  const typed = "input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]), select, textarea";
  return [...form.querySelectorAll(`[data-row] :is(${typed})`)].find((control) =>
    control.value.trim() === "" && control.checkVisibility() && (control.closest("div:has(> .field__label), [data-field]")?.querySelector(".field__need")));
}

/** Where to go on after a row or a file has come or gone. */
function focusAfter(form, verb, at, filled) {
  const table = at.split(".")[0];
  const rows = form.querySelectorAll(`[data-row][id^="w-${CSS.escape(table)}."]`);
  let target = null;
  if (verb === "paste" && form.querySelector("[data-errors]")) target = form.querySelector("[data-errors]");
  else if (filled) target = firstOpen(form);
  else if (verb === "build") target = form.querySelector(".field__error")?.closest("[data-field]")?.querySelector("select, input:not([type=hidden])") ?? form.elements[at];
  else if (verb === "add-row" || verb === "copy-row") target = rows[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea");
  else if (verb === "upload" || verb === "remove-part") {
    const field = form.querySelector(`#w-${CSS.escape(at.replace(/\.\d+$/, ""))}`);
    target = field?.querySelector("input:not([type=hidden])") ?? field?.querySelector("button"); // that of a single file takes it away again
  }
  else if (rows.length > 0) target = rows[0].querySelector("input:not([type=hidden]), select, textarea");
  (target ?? form.querySelector("[data-add-row]"))?.focus();
}

/**
 * Put the parts of an answer where they belong, but leave alone what somebody is typing
 * into, and what he has changed since it was asked for: the next answer knows of that.
 */
function adopt(form, page, asked) {
  const now = held(form);
  const changed = (node) => [...node.querySelectorAll("[name]")].some((c) => asked.get(c.name) !== now.get(c.name));
  const swap = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.hasAttribute("aria-live")) {
      old.replaceChildren(...document.importNode(fresh, true).childNodes);
      return;
    }
    const inner = fresh.querySelectorAll("[data-field][id]");
    if (inner.length > 0) {
      old.hidden = fresh.hidden; // a table that belongs to the form only under a condition
      ownFault(old, fresh);
      for (const part of inner) {
        const was = document.getElementById(part.id);
        if (was && form.contains(was)) swap(was, part);
      }
    } else if (changed(old)) {
      return;
    } else if (old.contains(document.activeElement)) {
      focused(old, fresh);
    } else {
      const copy = document.importNode(fresh, true);
      unfold(copy, unfoldedIn(old));
      old.replaceWith(copy);
    }
  };
  for (const fresh of page.querySelectorAll("[data-field][id]")) {
    const old = document.getElementById(fresh.id);
    if (old && !fresh.parentElement.closest("[data-field]")) swap(old, fresh);
  }
}

/** The fields of which somebody has unfolded what is not seen at once, by their ids. */
function unfoldedIn(part) {
  return [...part.querySelectorAll("details[open]")].map((more) => more.closest("[data-field][id]")?.id).filter(Boolean);
}

/** Unfold them in what comes in their place. */
function unfold(part, ids) {
  for (const id of ids) {
    const field = part.id === id ? part : part.querySelector(`#${CSS.escape(id)}`);
    field?.querySelector("details")?.setAttribute("open", "");
  }
}

/** What is wrong with a table as a whole, as against what is in one of its rows. */
function ownFault(old, fresh) {
  const was = old.querySelector(":scope > .field__error"), now = fresh.querySelector(":scope > .field__error");
  if (was && !now) was.remove();
  else if (was && now) was.textContent = now.textContent;
}

/**
 * What is known of the draft, after it was saved. What is read out must be the same node
 * as before, with other words in it: a new one is not noticed.
 */
function restate(old, fresh) {
  for (const name of [...old.getAttributeNames(), ...fresh.getAttributeNames()]) {
    if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
    else old.removeAttribute(name);
  }
  old.querySelectorAll("input").forEach((input) => input.remove());
  old.prepend(...[...fresh.querySelectorAll("input")].map((input) => document.importNode(input, true)));
  old.querySelectorAll("[data-says]").forEach((sentence) => { sentence.hidden = true; });
  old.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
}

/** Read out what is wrong with the field that was left last; silence where nothing is. */
function tellFault(left) {
  const live = document.querySelector("[data-live]");
  const field = document.getElementById(left);
  if (!live || !field) return;
  const said = [...field.querySelectorAll(".field__error")].map((fault) => fault.textContent).join(" ");
  if (live.textContent !== said) live.textContent = said;
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
    const twin = control.id && fresh.querySelector(`#${CSS.escape(control.id)}`);
    if (!twin) continue;
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (twin.hasAttribute(name)) control.setAttribute(name, twin.getAttribute(name));
      else control.removeAttribute(name);
    }
  }
}

/** Fields are checked when they are left; options, hidden fields and the route follow. */
function liveCheck(form, traffic) {
  const touched = new Set(), empty = new Set();
  let waiting = null, left = "";
  const leave = (control) => {
    left = control.closest("[data-field]")?.id ?? "";
  };
  const check = async () => {
    traffic.check?.abort();
    if (traffic.part) return later();
    traffic.check = new AbortController();
    const asked = held(form);
    const listed = form.querySelector("#form-faults [data-errors]") ? [["summary", "1"]] : [];
    const wrong = [...form.querySelectorAll("[aria-invalid=true][name]")].map((c) => c.name);
    for (const fault of form.querySelectorAll("section[data-field] > .field__error")) wrong.push(fault.parentElement.id.replace(/^w-/, ""));
    const marked = [...new Set([...wrong, ...empty])].map((name) => ["marked", name]);
    let page;
    try {
      page = await ask(form, "check", [["do", "check"], ...[...touched].map((name) => ["touched", name]), ...marked, ...listed], traffic.check.signal);
    } catch {
      return; // the page works without; what is wrong is said when it is sent
    }
    adopt(form, page, asked);
    tellFault(left);
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 250);
  };
  // What is being sent is checked there: a check that is still under way would find it gone.
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    traffic.check?.abort();
  });
  form.addEventListener("change", (event) => {
    const control = event.target;
    if (!control.name || control.type === "file" || control.matches("[data-paste]") || control.id === "template") return;
    touched.add(control.name);
    leave(control);
    later();
  });
  // Enter says "done with this field": it is checked and keeps the focus, where without script
  // the whole form is drawn anew: it is this event by which it would be sent. Enter that ends
  // the choice of a character is the keyboard's, and comes as no such event.
  form.addEventListener("keypress", (event) => {
    const control = event.target;
    if (event.key !== "Enter" || !control.matches("input:not([type=checkbox], [type=radio], [type=file], [type=submit], [type=button])")) return;
    event.preventDefault();
    if (control.name) control.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // What must be filled in is asked for as soon as somebody has left it empty.
  form.addEventListener("focusout", (event) => {
    const control = event.target;
    if (!control.name || !control.matches("[aria-required=true]") || control.value.trim() !== "" || empty.has(control.name)) return;
    empty.add(control.name);
    leave(control);
    later();
  });
}

/**
 * Drafts are saved some seconds after the last change, and say so. Sending waits for a
 * saving that is under way, so that it is not taken for somebody else's. What was typed
 * since the last saving is saved before it is sent: whoever comes back to this page, be the
 * sending refused or not, finds it as it was. So does who reads on in another language.
 */
function autosave(form, traffic) {
  const pause = 4000, changes = changesOf(form);
  let waiting = null, leaving = false, unsaved = false, stop = () => {};
  const save = async () => {
    const asked = held(form, false);
    unsaved = false;
    try {
      const page = await ask(form, "save", [["do", "autosave"]], AbortSignal.timeout(patience));
      const fresh = page.getElementById("form-state");
      const old = form.querySelector("#form-state");
      if (!fresh || !old) return;
      restate(old, fresh);
      barBeside(form);
      if (form.getAttribute("action") !== fresh.dataset.action) {
        form.setAttribute("action", fresh.dataset.action);
        history.replaceState(null, "", fresh.dataset.action);
        for (const button of document.querySelectorAll("[data-lang]")) button.dataset.href = `${fresh.dataset.action}?lang=${button.dataset.lang}`;
      }
      if (!fresh.matches(".is-unsaved")) changes.keep(asked);
    } catch (trouble) {
      // The warning when leaving stays. What may pass is tried again.
      const line = lineOf(trouble.answer);
      notDone(form, { away: "unsaved", ended: "ended" }[line] ?? "refused");
      if (line !== "" && !leaving) stop = comeBack(due);
    }
  };
  const due = async () => {
    stop();
    if (traffic.saving || traffic.part) return later();
    traffic.saving = save();
    await traffic.saving;
    traffic.saving = null;
  };
  const later = () => {
    clearTimeout(waiting);
    // A draft that another window has saved is overwritten on purpose only.
    if (leaving || form.querySelector("#form-state")?.dataset.hold !== undefined) return;
    unsaved = true;
    waiting = setTimeout(due, pause);
  };
  for (const change of ["input", "change", "unsaved"]) {
    form.addEventListener(change, (event) => {
      if (!changes.any()) return;
      const said = document.querySelector("[data-toast]");
      if (said) said.style.visibility = "hidden"; // "saved at …" is true no more; its place stays, so that no field jumps
      leaving = false;
      if (!event.target.matches?.("[data-paste], #template")) later();
    });
  }
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    leaving = true;
    if (!traffic.saving && !(unsaved && event.submitter?.value === "submit")) return;
    event.preventDefault();
    await traffic.saving;
    if (unsaved) {
      traffic.saving = save();
      await traffic.saving;
    }
    traffic.saving = null;
    const pressed = inPlaceOf(event.submitter, form);
    if (pressed || !event.submitter) form.requestSubmit(pressed);
  });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-lang]");
    if (!button) return;
    event.preventDefault();
    const holding = traffic.part || form.querySelector("#form-state")?.dataset.hold !== undefined;
    if (!holding && changes.any()) {
      clearTimeout(waiting);
      await traffic.saving;
      if (changes.any()) {
        traffic.saving = save();
        await traffic.saving;
        traffic.saving = null;
      }
    }
    location.assign(button.dataset.href); // asks where it could not be kept
  });
}

/**
 * Colleagues who may be meant, while one types: right behind the field, so that the next
 * tab leads to them, and read out. Who is named in full need not be chosen. Without script,
 * and for a name that was left as it is, the server offers them in the same place.
 */
function people(form) {
  const closed = (house) => house?.querySelector("[data-found]")?.remove();
  let waiting = null, running = null;
  const choose = (field, name) => {
    field.value = name;
    field.focus(); // before what had it goes
    closed(field.closest(".person__house"));
    for (const change of ["input", "change"]) field.dispatchEvent(new Event(change, { bubbles: true }));
  };
  const offer = (field, page) => {
    const house = field.closest(".person__house"), typed = field.value.trim();
    closed(house);
    const names = [...page.querySelectorAll("option")].map((option) => option.value);
    const full = names.filter((name) => name === typed || name.startsWith(`${typed} `));
    if (!house || document.activeElement !== field || typed === "" || names.length === 0 || full.length === 1) return say("");
    house.querySelector(".person__pick")?.remove();
    const group = document.createElement("div");
    group.className = "person__pick person__found";
    group.dataset.found = "";
    group.setAttribute("role", "group");
    const says = page.querySelector("p").textContent;
    group.setAttribute("aria-label", says);
    for (const name of names) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--link small";
      button.textContent = name;
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus until it is chosen
      button.addEventListener("click", () => choose(field, name));
      group.append(button);
    }
    field.after(group);
    say(`${says} ${names.join(" ")}`);
  };
  const find = (field) => {
    clearTimeout(waiting);
    running?.abort();
    if (field.value.trim().length < 1) return closed(field.closest(".person__house"));
    waiting = setTimeout(async () => {
      running = new AbortController();
      try {
        const answer = await fetch(`${form.dataset.base}/find/people?q=${encodeURIComponent(field.value.trim())}`, { headers: { [partHeader]: "people" }, signal: running.signal });
        if (answer.ok) offer(field, new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch {
        // A name can be typed without the list.
      }
    }, 200);
  };
  for (const change of ["input", "compositionend"]) {
    form.addEventListener(change, (event) => {
      if (!event.isTrusted || !event.target.matches("[data-people]")) return;
      event.target.removeAttribute("list"); // else the browser's own list covers what stands below
      find(event.target);
    });
  }
  form.addEventListener("keydown", (event) => {
    const house = event.key === "Escape" && event.target.closest(".person__house");
    if (!house || !house.querySelector("[data-found]")) return;
    house.querySelector("[data-people]").focus();
    closed(house);
  });
  // What is offered goes once the press that leaves the field is over: if the page moved while
  // a button is held down, the click would miss it.
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { pressed = false; }, true);
  form.addEventListener("focusout", (event) => {
    const house = event.target.closest?.(".person__house");
    if (!house || house.contains(event.relatedTarget)) return;
    const leave = () => setTimeout(() => { if (!house.contains(document.activeElement)) closed(house); });
    if (pressed) document.addEventListener("pointerup", leave, { once: true });
    else leave();
  });
}

/** Read something out, in the page's own place for that or in one made for it. */
function say(text) {
  let live = document.querySelector("[data-live]");
  if (!live) {
    live = document.createElement("p");
    live.className = "vh";
    live.dataset.live = "";
    live.setAttribute("aria-live", "polite");
    document.querySelector("main").append(live);
  }
  if (live.textContent !== text) live.textContent = text;
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

/** form[data-form] is a form that is filled in; form[data-fields] one that keeps no draft of what is typed. */
export function formPage(page, enliven) {
  for (const form of page.querySelectorAll("form[data-base]")) people(form);
  for (const form of page.querySelectorAll("form[data-form], form[data-fields]")) {
    const traffic = { saving: null, check: null, part: null }; // what is under way to the server
    barBeside(form);
    partButtons(form, traffic, enliven);
    liveCheck(form, traffic);
    if (!form.matches("[data-form]")) continue;
    autosave(form, traffic);
    pasteRows(form);
  }
}

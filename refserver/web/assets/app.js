// The pages work without this script. Each part below makes one thing better;
// it looks for its own data-… attribute and does nothing where there is none.
// A larger part is a file of its own: import it here and add it to the list.
// Words come from the page, never from here.

import { changesOf } from "./changes.js";
import { faultLinks, formPage } from "./form.js";
import { guardLine } from "./line.js";

/** The theme button. The choice is a cookie, so that the server draws the next page right. */
function themeButton(page) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  for (const button of page.querySelectorAll("[data-theme-button]")) {
    const name = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      const secure = location.protocol === "https:" ? "; secure" : "";
      document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax${secure}`;
      name();
    });
    system.addEventListener("change", name);
    name();
    button.hidden = false;
  }
}

/** The menu on a phone: opens in place instead of jumping to it. */
function phoneMenu(page) {
  const link = page.querySelector("[data-menu]");
  const nav = link && document.querySelector(link.hash);
  if (!nav) return;
  const show = (open) => {
    nav.classList.toggle("is-open", open);
    link.setAttribute("aria-expanded", String(open));
  };
  link.setAttribute("role", "button");
  link.setAttribute("aria-controls", nav.id);
  show(false);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const open = !nav.classList.contains("is-open");
    show(open);
    if (open) nav.querySelector("a")?.focus();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); link.click(); }
  });
  const close = (event) => {
    if (!nav.classList.contains("is-open")) return;
    event.preventDefault();
    show(false);
    link.focus();
  };
  nav.querySelector("[data-menu-close]")?.addEventListener("click", close);
  nav.addEventListener("keydown", (event) => { if (event.key === "Escape") close(event); });
}

/**
 * Leaving a form[data-leave-warning] that holds something not sent asks first.
 * Other parts say with the event "unsaved" on the form that rows were changed by script.
 */
function leaveWarning(page) {
  const forms = [...page.querySelectorAll("form[data-leave-warning]")].map(changesOf);
  if (forms.length === 0) return;
  addEventListener("beforeunload", (event) => { if (forms.some((changes) => changes.any())) event.preventDefault(); });
}

/**
 * What a form[data-task] complains of goes once it is answered. Its room stays: were the
 * page to move while somebody presses a button, the press would miss it.
 */
function answered(page) {
  for (const form of page.querySelectorAll("form[data-task]")) {
    form.addEventListener("change", (event) => {
      const field = event.target.closest(".field.is-wrong");
      if (!field || !event.target.value) return;
      field.classList.remove("is-wrong");
      field.querySelectorAll(".field__error").forEach((node) => node.classList.add("is-answered"));
      for (const control of [field, ...field.querySelectorAll("[aria-invalid]")]) {
        control.removeAttribute("aria-invalid");
        control.removeAttribute("aria-describedby");
      }
    });
  }
}

/**
 * The answer to a sent form takes the address of the page that the form was on: whoever
 * goes on from it and comes back, or loads it anew, is at that page, and is not asked to
 * send the form once more.
 */
function ownAddress(page) {
  const here = page.documentElement?.dataset.here;
  if (here) history.replaceState(null, "", here);
}

/** What a result requires is marked as soon as that result is chosen. */
function neededFor(page) {
  for (const form of page.querySelectorAll("form[data-task]")) {
    const marks = [...form.querySelectorAll("[data-need-for]")].map((mark) => ({ mark, otherwise: mark.textContent }));
    form.addEventListener("change", (event) => {
      if (event.target.name !== "result") return;
      for (const { mark, otherwise } of marks) {
        const needed = mark.dataset.needFor.split(" ").includes(event.target.value);
        mark.textContent = needed ? mark.dataset.needed : otherwise;
        mark.closest("[data-field]")?.querySelector("input, textarea")?.setAttribute("aria-required", String(needed));
      }
    });
  }
}

/** [data-print] prints this page. Without script it stays hidden: the browser's own menu prints too. */
function printButton(page) {
  for (const button of page.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => { event.preventDefault(); print(); });
  }
}

/** [data-day] puts the day that it says into the field it is for. Without script it stays hidden. */
function dayButton(page) {
  for (const button of page.querySelectorAll("[data-day]")) {
    const field = document.getElementById(button.dataset.dayFor);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = button.dataset.day;
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      field.focus();
    });
  }
}

/** The list of what is wrong gets the focus, so that a reader of the page hears it first. */
function errorList(page) {
  page.querySelector("[data-errors]")?.focus();
}

const parts = [ownAddress, themeButton, phoneMenu, leaveWarning, printButton, dayButton, errorList, answered, neededFor, faultLinks, guardLine, (page) => formPage(page, enliven)];

/** Bring to life what is in page: the document, or a part of it that was loaded later. */
export function enliven(page) {
  for (const part of parts) part(page);
}

enliven(document);

// Whether the server answers, and whether the session is still there: asked before a
// form is sent and, where it is not saved by itself, while somebody types. A browser
// that sends into the void shows a page of its own, and what was typed is gone with it.

const again = 10_000; // between two tries
export const patience = 15_000; // how long an answer may take

/** What an answer, or its absence, says of the line: "away", "ended", or "" when all is well. */
export function lineOf(answer) {
  if (!answer?.status && answer?.type !== "opaqueredirect") return "away";
  if (answer.type === "opaqueredirect" || answer.status === 401) return "ended";
  return answer.status >= 500 ? "away" : "";
}

/** Ask the server whether a form may come. */
async function asked(region) {
  try {
    return lineOf(await fetch(region.dataset.ask, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience) }));
  } catch {
    return "away";
  }
}

/** Where a form's reader is told of the line: beside its buttons, or at the foot of the page. */
const regionOf = (form) => form.querySelector("[data-line]") ?? document.querySelector("body > [data-line]");

/** Say one of the region's sentences, "" for none; true when there is such a place. */
export function tell(form, what) {
  const region = regionOf(form);
  if (!region) return false;
  for (const sentence of region.querySelectorAll("[data-says]")) sentence.hidden = sentence.dataset.says !== what;
  const state = region.closest("#form-state");
  if (state && what !== "") {
    state.classList.add("is-unsaved");
    state.querySelector("[role=status]").textContent = "";
  }
  return true;
}

/** Call work again when it may succeed: after a while, and when the reader comes back to the page. */
export function comeBack(work) {
  let waiting = null;
  const now = () => {
    stop();
    work();
  };
  const stop = () => {
    clearTimeout(waiting);
    removeEventListener("focus", now);
    removeEventListener("online", now);
  };
  waiting = setTimeout(now, again);
  addEventListener("focus", now);
  addEventListener("online", now);
  return stop;
}

/** Try until the line is there again, and say so. */
function watch(form, region) {
  if (form.watched) return;
  form.watched = true;
  comeBack(async () => {
    form.watched = false;
    const line = await asked(region);
    if (!form.isConnected) return;
    tell(form, line === "" ? "back" : line);
    if (line !== "") watch(form, region);
  });
}

/** The button that stands in the form in the place of one that was replaced with its part of the page. */
export function inPlaceOf(button, form) {
  if (!button || button.form === form) return button;
  return [...form.elements].find((one) => one.type === "submit" && one.name === button.name && one.value === button.value);
}

/** A form[data-leave-warning] is sent only while somebody is there to take it. */
export function guardLine(page) {
  const pause = 4000;
  for (const form of page.querySelectorAll("form[data-leave-warning]")) {
    const region = regionOf(form);
    if (!region) continue;
    let asking = false, sure = false, waiting = null;
    const away = (line) => {
      tell(form, line);
      form.dispatchEvent(new Event("unsaved"));
      if (!form.matches("[data-form]")) watch(form, region); // the other saves by itself, and tries again
    };
    // Before anybody else hears of it: for them the form is sent only when it is.
    document.addEventListener("submit", async (event) => {
      if (event.target !== form) return;
      if (sure) {
        sure = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (asking) return;
      asking = true;
      const line = await asked(region);
      asking = false;
      if (!form.isConnected) return;
      if (line !== "") return away(line === "away" && form.matches("[data-form]") && event.submitter?.value === "save" ? "unsaved" : line);
      tell(form, "");
      const pressed = inPlaceOf(event.submitter, form);
      if (event.submitter && !pressed) return;
      sure = true;
      form.requestSubmit(pressed);
      sure = false;
    }, { capture: true });
    if (form.matches("[data-form]")) continue;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const line = form.watched ? "" : await asked(region);
        if (line !== "") away(line);
      }, pause);
    });
  }
}

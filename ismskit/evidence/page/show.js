// What the reader sees: one file is chosen or dropped, checked, and its cases shown.
const texts = JSON.parse(document.getElementById("texts").textContent);
let lang = (navigator.language || "").startsWith("en") ? "en" : "zh-TW";
let bundle = null, earlier = [], trusted = [], report = null, chosen = null;

function say(code, params = {}) {
  const text = texts[lang][code] || code;
  return text.replace(/\{(\w+)\}/g, (all, key) => (key in params ? moment(String(params[key])) : all));
}

// moment writes a time as people in Taiwan read it; anything else stays as it is.
function moment(s) {
  const us = micros(s);
  if (us === null) return s;
  const t = new Date(Number(us / 1000n) + 8 * 3600e3), two = (n) => String(n).padStart(2, "0");
  const clock = [t.getUTCHours(), t.getUTCMinutes(), t.getUTCSeconds()].map(two).join(":");
  if (lang === "en") return t.toISOString().slice(0, 10) + " " + clock + " +08:00";
  return (t.getUTCFullYear() - 1911) + "." + two(t.getUTCMonth() + 1) + "." + two(t.getUTCDate()) + " " + clock;
}

function told(f) {
  const p = { file: f.file || "", chain: f.chain || "", offset: f.offset || 0, n: "", entry: "", ...f.params };
  if (f.to > f.seq) p.entry = say("entries", { seq: f.seq, to: f.to });
  else if (f.seq > 0) p.entry = say("entry", { seq: f.seq });
  if (f.case) p.where = say("where_case", { case: f.case });
  else if (f.name) p.where = say("where_document", { name: f.name });
  else if (f.chain) p.where = say("where_chain", { chain: f.chain });
  else p.where = say("where_file", { file: f.file || "" });
  p.what = p.file;
  if (f.part) {
    if (f.part === "attachment") p.name = f.attached;
    const of = say("part_" + f.part, p) + (f.part === "attachment" && f.seq > 0 ? say("part_entry", p) : "");
    p.what = say("file_of", { file: p.file, of });
  }
  return say(f.code, { ...p, ...f.params }) + (f.count > 1 ? say("container_several", { n: f.count }) : "");
}

function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) {
    if (k === "onclick" || k === "oninput") e[k] = v; else if (v !== undefined) e.setAttribute(k, v);
  }
  e.append(...children.filter((c) => c !== undefined && c !== null));
  return e;
}
const at = (id) => document.getElementById(id);

function words() { // texts that stand on the page from the beginning
  document.documentElement.lang = lang === "en" ? "en" : "zh-Hant-TW";
  document.title = say("page_title");
  for (const e of document.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
  at("language").textContent = lang === "en" ? "中文" : "English";
}

function showResult() {
  const box = at("result");
  box.replaceChildren();
  if (!report) return;
  const r = report, m = r.manifest, repacked = r.packing.length > 0;
  const result = r.findings.length ? "fails" : !r.vouched ? "unvouched" : repacked ? "repacked" : "holds";
  const none = r.findings.length === 1 && r.findings[0].code === "no_bundle"; // another file was chosen
  const verdict = none ? say("report_no_bundle") : result === "unvouched" && repacked ? say("report_repacked") + say("report_key_open") : say("report_" + result, { n: r.findings.length });
  box.append(make("p", { class: "verdict " + result, role: "status", id: "verdict" }, verdict));
  if (r.findings.length) box.append(make("ul", { id: "findings" }, ...r.findings.slice(0, 500).map((f) => make("li", {}, "✕ " + told(f)))));
  if (m) {
    const p = { origin: m.origin, made: m.made, by: m.by, cases: m.cases.length, chains: r.chains, entries: r.entries, files: r.files.size - 2, checkpoints: r.checkpoints };
    const lines = [say("report_bundle", p), say("report_counts", p)];
    if (r.absent) lines.push(say("report_absent", { n: r.absent }));
    if (r.last) lines.push(say("report_last", { at: r.last.at, size: r.last.size }));
    if (r.witnesses.length) lines.push(say("report_witnesses", { names: r.witnesses.join(say("comma")) }));
    if (r.vouched) lines.push(say("report_key", { key: r.house.text }));
    for (const e of r.earlier) lines.push(say("report_earlier", { at: e.at, size: e.size }));
    box.append(...lines.map((l) => make("p", {}, l)));
  }
  box.append(make("h2", { id: "remarks" }, say("report_remarks")));
  if (repacked) {
    const places = r.packing.reduce((n, f) => n + f.count, 0);
    box.append(make("details", { id: "packing" }, make("summary", {}, "▲ " + say("report_packing", { n: places })), make("ul", {}, ...r.packing.map((f) => make("li", {}, told(f))))));
  }
  const remarks = r.remarks.slice(0, 100).map((f) => make("li", {}, told(f)));
  if (!r.vouched && r.house) remarks.push(make("li", {}, say("page_key", { key: r.house.text })));
  remarks.push(make("li", { id: "means" }, say(r.means.digests ? "page_digests" : "page_digests_own") + say(r.means.signatures ? "page_signatures" : "page_signatures_own")));
  box.append(make("ul", { class: "remarks" }, ...remarks));
}

function showList() {
  const list = at("list");
  list.replaceChildren();
  at("cases").hidden = !report || report.cases.length === 0;
  if (!report) return;
  const wanted = at("search").value.trim().toLowerCase();
  const found = report.cases.filter((c) => [c.number, c.form, c.title, c.subject, c.state].join(" ").toLowerCase().includes(wanted));
  // The newest first by when they were sent, then by number: as the archive lists them.
  const key = (c) => (c.entries.length ? c.entries[0].at : "") + " " + (c.number || c.id);
  found.sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
  const marks = { good: "✓ ", open: "▲ ", wrong: "✕ " };
  for (const c of found.slice(0, 300)) {
    const name = c.number || say("page_unnumbered");
    list.append(make("li", {}, make("button", { type: "button", "aria-current": c === chosen ? "true" : undefined, onclick: () => { chosen = c; showList(); showCase(); at("case").focus(); } },
      marks[markOf(report, c)] + [name, c.title, c.subject, c.state].filter(Boolean).join("　"))));
  }
  if (found.length > 300) list.append(make("li", {}, say("page_more", { n: found.length - 300 })));
}

const plain = (v) => {
  if (v === null || v === undefined || v === "") return "—";
  if (Array.isArray(v)) return v.map(plain).join(say("comma"));
  if (typeof v === "object") return v.name || v.title || v.label || Object.entries(v).map(([k, x]) => k + ": " + plain(x)).join(say("comma"));
  if (typeof v === "boolean") return say(v ? "page_yes" : "page_no");
  return moment(String(v));
};
const who = (s) => (s ? [s.unit_name, s.post_title, s.name || s.person].filter(Boolean).join(" ") : "");

// signed is a value as it was signed. What the manifest calls it is the house's wording,
// which the trail doesn't hold: it stands beside, and never instead.
const signed = (v) => (v && typeof v === "object" && Object.keys(v).sort().join() === "from,to" ? [v.from, v.to].map(plain).join("–") : plain(v));
function inWords(v, words) {
  const text = signed(v);
  if (!words || words === text) return text;
  return make("span", {}, text, make("span", { class: "words" }, say("page_words", { words })));
}

// called is what the house calls a key that was signed, with the key beside.
function called(words, key) {
  const e = make("span", {}, words);
  if (words !== key) e.append(" ", make("code", {}, key));
  return e;
}

// decided is a decision in its words, which depend on the step and on how the task
// came to be; bundles that were made before have them by step.
function decided(e, label) {
  const byStep = "verb/" + e.verb + "/" + (e.step || "");
  return label(byStep + "/" + (e.origin || ""), label(byStep, label("verb/" + e.verb, e.verb)));
}

// opinion is what somebody wrote, with the fields that he changed, as they were and became.
function opinion(e, label) {
  const said = make("div", { class: "said" }, e.comment || "");
  const changed = Array.isArray(e.changes) && e.verb !== "save" && e.values ? e.changes : [];
  for (const c of changed) {
    const p = String(c.name).split("."), name = p.length === 3 ? label("field/" + p[0]) + " " + label("field/" + p[0] + "." + p[2]) : label("field/" + c.name);
    said.append(make("div", { class: "words" }, say("page_changed_field", { name, from: signed(c.from), to: signed(c.to) })));
  }
  return said;
}

function event(entry) {
  try { return entry.payload ? JSON.parse(entry.payload) : null; } catch { return null; }
}

// valueRows are the fields as they last stood, a line for each; cells of a table
// have the row they are in.
function valueRows(c, events, label) {
  const last = events.findLast((e) => e && Array.isArray(e.values));
  if (!last) return [];
  const order = new Map(), words = (report.manifest.labels || {})[c.chain] || {};
  return last.values.filter((v) => !(v.name.startsWith("field/") && last.values.some((o) => o.name.startsWith("row/" + v.name.slice(6) + "/")))).map((v) => {
    const p = v.name.split("/");
    // What somebody has written himself needs no other words: only keys, days and periods do.
    const own = (key) => {
      const option = typeof v.value === "string" ? label("option/" + key + "/" + v.value, "") : "";
      return option || (typeof v.value !== "string" || /^[-\w.:+]+$/.test(v.value) ? words[v.name] : "");
    };
    if (p[0] !== "row") return [called(label(v.name), p.slice(1).join("/")), inWords(v.value, own(p[1]))];
    const table = p[1] + "/" + p[2];
    if (!order.has(table)) order.set(table, order.size + 1);
    const column = label("field/" + p[1]) + " " + say("page_row", { n: order.get(table) }) + "　" + label("field/" + p[1] + "." + p[3]);
    return [called(column, p.slice(1).join("/")), inWords(v.value, own(p[1] + "." + p[3]))];
  });
}

function showCase() {
  const box = at("case");
  box.replaceChildren();
  box.hidden = !chosen;
  if (!chosen) return;
  const c = chosen, events = c.entries.map(event), labels = (report.manifest.labels || {})[c.type] || {};
  const label = (key, otherwise = key.replace(/^\w+\//, "")) => labels[key] || otherwise;
  box.append(make("h2", {}, [c.form, c.title].filter(Boolean).join(" ")));
  const facts = [[say("page_number"), c.number || say("page_unnumbered") + " " + c.id], [say("page_subject"), c.subject], [say("page_state"), c.state], [say("page_applicant"), who((events.find(Boolean) || {}).by)]];
  const table = (caption, head, rows) => make("table", head ? { class: "lines" } : {}, make("caption", {}, caption), head && make("thead", {}, make("tr", {}, ...head.map((h) => make("th", { scope: "col" }, h)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, i) => make(!head && i === 0 ? "th" : "td", head ? { "data-label": head[i] } : i === 0 ? { scope: "row" } : {}, cell))))));
  box.append(table(say("page_facts"), null, facts.filter(([, v]) => v)));
  const values = valueRows(c, events, label);
  if (values.length) box.append(table(say("page_values"), null, values));
  box.append(table(say("page_signatures_of"), ["page_seq", "page_at", "page_step", "page_who", "page_decision", "page_comment"].map((k) => say(k)),
    c.entries.map((entry, i) => {
      const e = events[i];
      if (!e) return [String(entry.seq), moment(entry.at), "", entry.actor, say("page_absent"), ""];
      const by = who(e.by) + (e.for ? say("page_acting", { name: who(e.for) }) : "");
      const words = ((report.manifest.labels || {})[c.chain] || {})["entry/" + entry.seq] || decided(e, label);
      return [String(entry.seq), moment(entry.at), e.step ? called(label("step/" + e.step), e.step) : "", by, called(words, e.verb), opinion(e, label)];
    })));
  if (c.files.length) {
    box.append(make("h3", {}, say("page_files")), make("ul", {}, ...c.files.map((f) => {
      const content = report.files.get("files/" + f.sha256);
      return make("li", {}, content ? make("a", { href: URL.createObjectURL(new Blob([content])), download: f.name }, f.name) : f.name, make("code", {}, f.sha256));
    })));
  }
  const sheet = report.files.get(c.page);
  if (sheet) {
    const frame = make("iframe", { sandbox: "", title: say("page_sheet"), hidden: "" });
    box.append(make("p", {}, make("button", { type: "button", onclick: () => { frame.hidden = !frame.hidden; if (!frame.srcdoc) frame.srcdoc = new TextDecoder().decode(sheet); } }, say("page_sheet"))), frame);
  }
  box.append(make("details", {}, make("summary", {}, say("page_raw")), make("pre", { tabindex: "0" }, c.entries.map((e) => JSON.stringify(e, (k, v) => (k === "content" ? undefined : v), 1)).join("\n"))));
}

async function check() {
  if (!bundle) return;
  trusted = at("trusted").value.split(/\s+/).filter(Boolean); // also where the field was not left
  at("progress").textContent = say("page_checking", { percent: 0 });
  report = chosen = null;
  showResult(); showList(); showCase();
  const means = await engine(location.hash === "#own");
  try {
    const r = await verify(means, bundle, earlier, trusted, (done, of) => new Promise((next) => {
      at("progress").textContent = say("page_checking", { percent: Math.floor((100 * done) / of) });
      setTimeout(next);
    }));
    r.means = means;
    report = r;
    chosen = r.cases.length === 1 ? r.cases[0] : null;
    at("progress").textContent = "";
  } catch (e) {
    at("progress").textContent = say("page_failed", { error: String(e) });
  }
  showResult(); showList(); showCase();
}

async function take(files) {
  for (const f of files) {
    const bytes = new Uint8Array(await f.arrayBuffer());
    if (bytes[0] === 0x50 && bytes[1] === 0x4b || !f.name.endsWith(".note")) { bundle = bytes; at("name").textContent = f.name; }
    else earlier.push(bytes);
  }
  at("earlier-count").textContent = earlier.length ? say("page_earlier_count", { n: earlier.length }) : "";
  await check();
}

at("file").addEventListener("change", (e) => take(e.target.files));
at("earlier").addEventListener("change", (e) => take(e.target.files));
at("trusted").addEventListener("change", check);
at("search").addEventListener("input", showList);
at("language").addEventListener("click", () => { lang = lang === "en" ? "zh-TW" : "en"; words(); showResult(); showList(); showCase(); });
document.addEventListener("dragover", (e) => e.preventDefault());
document.addEventListener("drop", (e) => { e.preventDefault(); take(e.dataTransfer.files); });
words();

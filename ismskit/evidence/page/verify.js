// verify checks a bundle as the program beside it does (package evidence), and gives
// findings with the same codes.
function entryBytes(e) {
  const text = (s) => { const b = utf8.encode(s); return concat(Uint8Array.of(b.length >>> 24, (b.length >>> 16) & 255, (b.length >>> 8) & 255, b.length & 255), b); };
  const wide = (n) => { const b = new Uint8Array(8); new DataView(b.buffer).setBigInt64(0, BigInt(n)); return b; };
  return concat(utf8.encode("isms-entry\n"), Uint8Array.of(e.format >>> 8, e.format & 255), text(e.chain), wide(e.seq), wide(micros(e.at)),
    text(e.kind), text(e.actor), text(e.for), unhex(e.digest), unhex(e.prev));
}

// isText says whether bytes could stand in a line as they are.
function isText(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.normalize("NFC") === text && !text.includes("\0");
  } catch { return false; }
}

function parseLine(line) {
  try {
    const e = JSON.parse(line), texts = ["chain", "at", "kind", "actor", "for", "digest", "prev", "hash"];
    if (!canonical(line) || Object.keys(e).length !== 11 || texts.some((k) => typeof e[k] !== "string") || !Number.isSafeInteger(e.seq) || e.format !== 1 || micros(e.at) === null) return null;
    if ([e.digest, e.prev, e.hash].some((d) => !/^[0-9a-f]{64}$/.test(d))) return null;
    if (typeof e.payload === "string") e.content = utf8.encode(e.payload);
    else if (typeof e.payload_base64 === "string") {
      e.content = base64(e.payload_base64);
      if (isText(e.content)) return null;
    }
    else if (e.payload === null) e.content = null;
    else return null;
    return e;
  } catch { return null; }
}

const noHash = "0".repeat(64), payloadPrefix = utf8.encode("isms-payload-1\n");

// issuer is the chain of the case by which an entry filed a version of a document, where the
// entry itself doesn't name the version's files.
function issuer(payload) {
  try {
    const e = JSON.parse(payload);
    return e.verb === "file" && (e.files === undefined || e.files === null) ? e.via : null;
  } catch { return null; }
}

// commentIn is what somebody said with an entry.
function commentIn(payload) {
  try {
    const said = JSON.parse(payload).comment;
    return typeof said === "string" ? said : "";
  } catch { return ""; }
}

async function checkChain(crypto, file, owner, heads, found, remark, tops, named, nameAt) {
  const ids = owner.one.id ? [owner.one.id] : [];
  const name = owner.chain.startsWith("document/") && owner.one.title !== owner.chain ? owner.one.title : "";
  const at = (code, seq, to = seq) => found({ code, file, case: owner.title, ids, chain: owner.chain, name, seq, to });
  const entries = [], known = new Map(heads.map((h) => [h.seq, h.hash])), unnamed = new Map(owner.attachments.map((f) => [f.sha256, f]));
  const signed = new Signatures(crypto, tops, (code, seq) => at("chain_" + code, seq));
  if (owner.one.stored_false) at("stored_false", owner.one.stored_false);
  const issuers = [];
  let head = { seq: 0, hash: noHash }, absent = 0, n = 0;
  const lines = new TextDecoder().decode(owner.content).split("\n");
  if (lines.pop() !== "") at("line_malformed", lines.length + 1);
  for (const line of lines) {
    n++;
    const e = parseLine(line);
    if (!e) { at("line_malformed", n); continue; }
    entries.push(e);
    const hash = hex(await crypto.sha256(entryBytes(e)));
    if (hash !== e.hash) at("hash_false", e.seq);
    const changed = e.content !== null && hex(await crypto.sha256(concat(payloadPrefix, e.content))) !== e.digest;
    await signed.entry(e, hash, changed);
    if (e.chain !== owner.chain) { at("chain_other_chain", e.seq); continue; }
    if (e.content === null) absent++;
    else {
      if (e.kind === "dispose" && absent) remark({ code: "content_disposed", case: owner.title, ids, chain: owner.chain, name, seq: e.seq, to: e.seq, params: { by: commentIn(e.payload) } });
      if (changed) at("chain_payload_false", e.seq);
      for (const d of unnamed.keys()) if (e.payload && e.payload.includes('"' + d + '"')) { unnamed.delete(d); nameAt(owner.chain, d, e.seq); if (owner.title) named.set(d, [...(named.get(d) || []), owner.chain]); }
      if (unnamed.size && !owner.title) issuers.push(issuer(e.payload));
    }
    let seq = e.seq;
    const next = head.seq + 1;
    if (seq !== next && e.prev === head.hash) { at("chain_misnumbered", seq); seq = next; }
    else if (seq < next) { at("chain_out_of_order", seq); continue; }
    else if (seq > next) at("chain_missing", next, seq - 1);
    else if (e.prev !== head.hash) at("chain_unlinked", seq);
    head = { seq, hash };
    if (known.has(seq) && known.get(seq) !== hash) at("chain_head_false", seq);
  }
  const last = Math.max(0, ...known.keys());
  if (last > head.seq) at("chain_missing", head.seq + 1, last);
  if (head.seq > last) remark({ code: "uncovered", case: owner.title, chain: owner.chain, name, seq: last + 1, to: head.seq });
  // A document's file may be named by the case that issued it; cases come before chains.
  const proved = (f) => !owner.title && (named.get(f.sha256) || []).some((chain) => issuers.includes(chain));
  if (!absent) for (const f of unnamed.values()) if (!proved(f)) (owner.title ? found : remark)({ code: "attachment_unnamed", case: owner.title, ids, chain: owner.chain, name, params: { name: f.name } });
  return { entries, absent };
}

// wellFormed says whether a manifest has the members that the check relies on.
function wellFormed(m) {
  const text = (v) => typeof v === "string", has = (v, keys) => v && keys.every((k) => text(v[k]));
  const attached = (v) => Array.isArray(v.files) && v.files.every((f) => has(f, ["sha256", "name", "field"]));
  return has(m, ["format", "origin", "made", "by"]) && m.format === "isms-bundle-1" && m.files !== null && typeof m.files === "object" &&
    Array.isArray(m.cases) && m.cases.every((c) => has(c, ["id", "chain", "number", "title"]) && attached(c)) &&
    Array.isArray(m.chains) && m.chains.every((c) => has(c, ["chain", "title"]) && attached(c)) && Object.values(m.files).every(Boolean);
}

async function verify(crypto, bytes, earlier, trusted, progress) {
  const container = await unpack(bytes), { files, unread } = container;
  const out = { packing: once(container.faults), findings: [], remarks: [], cases: [], files, entries: 0, absent: 0, checkpoints: 0, chains: 0, witnesses: [], earlier: [], house: null, vouched: false };
  // Another file was chosen: nothing of a bundle was changed.
  const marked = (at) => bytes[at] === 0x50 && bytes[at + 1] === 0x4b;
  if (!files.size && !unread.length && !marked(0) && !marked(Math.max(0, bytes.length - 22))) return { ...out, findings: [{ code: "no_bundle" }] };
  if (unread.includes("manifest.json")) out.findings.push({ code: "manifest_compressed", file: "manifest.json" });
  else await checkFiles(crypto, container, out, earlier, trusted, progress);
  const owner = (name) => (out.owners && out.owners.get(name)) || {};
  for (const f of container.faults.filter((one) => !packing(one))) {
    const name = (f.params && f.params.name) || "", beside = name.startsWith(container.folder) ? name.slice(container.folder.length) : name;
    // It is also of the case whose name a file has beside its own.
    out.findings.push({ ...f, beside, ...whose(owner(f.file)), ids: [...(owner(f.file).ids || []), ...(owner(beside).ids || [])] });
  }
  for (const f of out.findings) if (f.chain && !f.case && !f.name) Object.assign(f, out.called.get(f.chain));
  for (const f of out.findings) if (f.part === "attachment") f.seq = out.entriesOf.get(f.within + " " + f.file);
  out.findings.sort((x, y) => weight(x) - weight(y));
  return out;
}

// callCase is what people call a case: its number, and before it has one what it is, with its id.
function callCase(c) {
  return c.number || ((c.title || c.form || "") + " " + (c.subject || "")).trim() + " (" + c.id + ")";
}

// whose says of a finding at a file whose the file is, and what of his.
function whose(owner) {
  if (!owner) return {};
  const of = owner.title ? { case: owner.title } : { chain: owner.chain, name: owner.called };
  return { ...of, ids: owner.ids, part: owner.part, attached: owner.attached, within: owner.within };
}

// callChains are what people call what chains are of: a case's number, or a document.
function callChains(manifest) {
  const out = new Map(), labels = (manifest.labels || {}).chains || {};
  for (const [chain, label] of Object.entries(labels)) out.set(chain, chain.startsWith("case/") ? { case: label } : { name: label });
  for (const c of manifest.chains) out.set(c.chain, { name: c.chain.startsWith("document/") && c.title !== c.chain ? c.title : "" });
  for (const c of manifest.cases) out.set(c.chain, { case: callCase(c) });
  return out;
}

// markOf is how a case stands: wrong where something of its own is changed or missing,
// open where what would prove it is or the key isn't vouched for, and else as the bundle
// says. What lies hidden in the container can be another trail of any case.
function markOf(report, c) {
  const own = report.findings.filter((f) => f.ids && f.ids.includes(c.id));
  if (own.some((f) => !f.unread)) return "wrong";
  const proves = (f) => /^(manifest|checkpoint|proofs|history|consistency)_/.test(f.code) || /^container_(end|gap)$/.test(f.code) ||
    /^(file|container)_/.test(f.code) && [f.file, f.beside].some((name) => /^(manifest\.(json|note)$|(checkpoints|keys)\/)/.test(name || ""));
  const open = report.findings.some((f) => proves(f) || f.code === "inclusion_false" && f.chain === c.chain);
  return own.length || open || !report.vouched || report.remarks.some((f) => f.code === "no_checkpoint") ? "open" : "good";
}

// weight is smallest for what says that records were changed, and greatest for what
// only says that a file isn't as it was.
function weight(f) {
  const kind = f.code.split("_")[0];
  return ["chain", "hash", "line", "attachment", "stored", "history", "consistency"].includes(kind) ? 0 : kind === "file" ? 2 : 1;
}

async function checkFiles(crypto, { files, twice, unread }, out, earlier, trusted, progress) {
  const { findings, remarks } = out, found = (f) => findings.push(f), remark = (f) => remarks.push(f);
  const text = (name) => new TextDecoder().decode(files.get(name) || new Uint8Array());

  let keys = [];
  for (const line of text("keys/keys.txt").split("\n").filter(Boolean)) {
    const key = await parseKey(crypto, line);
    if (!key) found({ code: "key_malformed", file: "keys/keys.txt" });
    else if (!trusted.length) keys.push(key);
    else if (!trusted.includes(line)) remark({ code: "key_unused", params: { key: line } });
  }
  const given = [];
  for (const line of trusted) {
    const key = await parseKey(crypto, line);
    if (key) given.push(key); else found({ code: "page_key_malformed", params: { key: line } });
  }
  if (trusted.length) keys = given;

  const raw = files.get("manifest.json"), note = files.get("manifest.note");
  if (!raw || !note) found({ code: "manifest_missing", file: "manifest.json" });
  if (!raw) return;
  let manifest;
  try { manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw)); } catch { manifest = null; }
  if (!wellFormed(manifest)) { found({ code: "manifest_malformed", file: "manifest.json" }); return; }
  out.manifest = manifest;
  out.called = callChains(manifest);
  [out.house, out.vouched] = await houseKey(crypto, keys.filter((k) => k.name === manifest.origin), given, earlier, note);
  if (!out.vouched) remark({ code: "key_untrusted" });
  const house = out.house ? [out.house] : [], signed = note && await openNote(crypto, note, house);
  if (note && (!signed || signed.unknown.length)) found({ code: "manifest_signature", file: "manifest.note" });
  else if (note && signed.text !== "isms-bundle-1\n" + hex(await crypto.sha256(raw)) + "\n") found({ code: "manifest_changed", file: "manifest.json" });

  // Whose each file is.
  const part = (s) => Array.from(utf8.encode(s), (c) => (/[-a-z0-9_]/.test(String.fromCharCode(c)) ? String.fromCharCode(c) : "%" + c.toString(16).toUpperCase().padStart(2, "0"))).join("");
  out.entriesOf = new Map(); // that name an attachment
  const owners = out.owners = new Map(), trails = [], named = new Map();
  const own = (one, title, trail, page) => {
    const ids = one.id ? [one.id] : [];
    if (page) owners.set(page, { title, ids, part: "page" });
    const owner = { title: one.id ? title : "", called: one.id || !one.chain.startsWith("document/") || title === one.chain ? "" : title, ids, part: "trail", chain: one.chain, attachments: one.files, one, content: files.get(trail) || new Uint8Array() };
    owners.set(trail, owner);
    trails.push([trail, owner]);
    for (const f of one.files) { // which several may have
      const name = "files/" + f.sha256, of = owners.get(name);
      owners.set(name, { title, attachment: f.sha256, part: "attachment", attached: f.name, within: one.chain, ids: [...(of ? of.ids : []), ...ids] });
    }
  };
  for (const c of manifest.cases) own(c, callCase(c), "cases/" + part(c.id) + ".trail", "cases/" + part(c.id) + ".html");
  for (const c of manifest.chains) own(c, c.title, "chains/" + part(c.chain) + ".trail");
  out.chains = manifest.chains.length;

  // Every file against the manifest.
  let done = 0;
  for (const [name, content] of files) {
    if (done++ % 200 === 0) await progress(done, files.size);
    if (name === "manifest.json" || name === "manifest.note") continue;
    const want = manifest.files[name], owner = owners.get(name), digest = hex(await crypto.sha256(content));
    if (!want) { found({ code: "file_extra", file: name }); continue; }
    if (unread.includes(name)) { found({ code: "file_compressed", file: name, ...whose(owner), unread: true }); continue; }
    if (want.size !== content.length || want.sha256 !== digest) found({ code: "file_changed", file: name, ...whose(owner) });
    if (owner && owner.attachment && owner.attachment !== digest) found({ code: "attachment_changed", file: name, ...whose(owner) });
    if (!owner && !["README.html", "keys/keys.txt", "checkpoints/leaves.jsonl", "checkpoints/nodes"].includes(name) && !/^checkpoints\/\d{12}\.note$/.test(name)) found({ code: "file_stray", file: name });
  }
  for (const name of new Set([...Object.keys(manifest.files), ...owners.keys()])) if (!files.has(name)) found({ code: "file_missing", file: name, ...whose(owners.get(name)) });
  for (const name of twice) found({ code: "file_twice", file: name, ...whose(owners.get(name)) });

  // The log.
  const heads = await checkLog(crypto, out, house, given, earlier, manifest, files);
  for (const [chain, list] of heads) if (!trails.some(([, o]) => o.chain === chain)) found({ code: "leaf_stray", chain, seq: list[0].seq, to: list[list.length - 1].seq });

  // The chains.
  const tops = new Map();
  for (const [i, [file, owner]] of trails.entries()) {
    if (i % 100 === 0) await progress(i, trails.length);
    // Of a trail that can't be read here, or isn't there, nothing is known to be missing: its file says so.
    const { entries, absent } = unread.includes(file) || !files.has(file) ? { entries: [], absent: 0 } : await checkChain(crypto, file, owner, heads.get(owner.chain) || [], found, remark, tops, named, (chain, digest, seq) => out.entriesOf.set(chain + " files/" + digest, seq));
    out.entries += entries.length;
    out.absent += absent;
    if (owner.one.id) out.cases.push({ ...owner.one, entries, page: "cases/" + part(owner.one.id) + ".html" });
  }
  for (const [print, name] of tops) remark({ code: "certificate_issuer", params: { name, print } });
}

// houseKey settles which key is the house's, among those of its name: the one that
// signed a checkpoint known before, else the one that signed the manifest. It is
// vouched for if not the bundle alone names it.
async function houseKey(crypto, candidates, given, earlier, manifest) {
  for (const bytes of earlier) for (const key of candidates) {
    const note = await openNote(crypto, bytes, [key]), point = note && parseCheckpoint(note.text);
    if (point && point.origin === key.name) return [key, true];
  }
  for (const key of candidates) if (manifest && await openNote(crypto, manifest, [key])) return [key, given.includes(key)];
  return [candidates[0] || null, given.includes(candidates[0])];
}

async function checkLog(crypto, out, house, given, earlier, manifest, files) {
  const { findings, remarks } = out, heads = new Map(), points = [];
  let claimed = [];
  const open = async (bytes, where, code = "checkpoint_signature") => {
    const note = await openNote(crypto, bytes, house);
    if (!note) { findings.push({ code, ...where }); return null; }
    const point = parseCheckpoint(note.text);
    if (!point || point.origin !== manifest.origin) { findings.push({ code: "checkpoint_foreign", ...where }); return null; }
    return point;
  };
  for (const [name, content] of files) {
    if (!/^checkpoints\/\d{12}\.note$/.test(name)) continue;
    const point = await open(content, { file: name });
    if (!point) continue;
    const beside = await openNote(crypto, content, [...house, ...given]);
    if (!beside) findings.push({ code: "checkpoint_signature", file: name });
    point.witnesses = beside ? [...new Set(beside.signers.filter((s) => s !== manifest.origin))].sort() : [];
    claimed = beside ? [...new Set(beside.unknown)].sort() : [];
    if (points.length && point.size < points[points.length - 1].size) findings.push({ code: "checkpoint_order", file: name });
    points.push(point);
  }
  out.checkpoints = points.length;
  const last = points[points.length - 1] || { size: 0, root: new Uint8Array() };
  if (!points.length) remarks.push({ code: "no_checkpoint" });
  else { out.last = last; out.witnesses = last.witnesses; }
  if (claimed.length) remarks.push({ code: "witness_claimed", params: { names: claimed.join(", ") } });

  const nodes = new Map(), b = files.get("checkpoints/nodes") || new Uint8Array(), view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  let leaves = [];
  try {
    if (b.length % 40) throw new RangeError("nodes");
    for (let i = 0; i < b.length; i += 40) nodes.set(Number(view.getBigInt64(i)), b.subarray(i + 8, i + 40));
    leaves = new TextDecoder().decode(files.get("checkpoints/leaves.jsonl") || new Uint8Array()).split("\n").filter(Boolean).map((l) => JSON.parse(l));
  } catch { findings.push({ code: "proofs_malformed", file: "checkpoints/leaves.jsonl" }); }
  // Where the proofs themselves are gone or changed, nothing is known of the history.
  const tree = new Tree(crypto, nodes);
  let whole = "checkpoints/nodes" in manifest.files;
  for (const [name, want] of Object.entries(manifest.files)) {
    if (name === "checkpoints/nodes" || /^checkpoints\/\d{12}\.note$/.test(name)) whole = whole && files.has(name) && want.sha256 === hex(await crypto.sha256(files.get(name)));
  }
  for (const l of leaves) {
    if (!heads.has(l.chain)) heads.set(l.chain, []);
    heads.get(l.chain).push(l);
    // Keys in order, as canonical bytes have them.
    const leaf = await crypto.sha256(concat(prefix0, utf8.encode(JSON.stringify({ chain: l.chain, hash: l.hash, seq: l.seq }))));
    if (!await tree.includes(last, l.index, leaf)) findings.push({ code: "inclusion_false", chain: l.chain, seq: l.seq, to: l.seq });
  }
  const told = (code, p) => ({ code, params: { at: p.at, size: String(p.size) } });
  for (const p of points) if (!await tree.grew(p, last)) findings.push(told(whole ? "consistency_false" : "consistency_unproved", p));
  if (!earlier.length) remarks.push({ code: "no_earlier" });
  for (const [i, bytes] of earlier.entries()) {
    const p = await open(bytes, { params: { n: String(i + 1) } }, "earlier_signature");
    if (!p) continue;
    if (p.size > last.size && p.at >= manifest.made) remarks.push(told("earlier_newer", p));
    else if (!whole && (p.size > last.size || !await tree.grew(p, last))) findings.push(told("history_unproved", p));
    else if (p.size > last.size) findings.push(told("history_short", p));
    else if (!await tree.grew(p, last)) findings.push(told("history_rebuilt", p));
    else out.earlier.push(p);
  }
  return heads;
}

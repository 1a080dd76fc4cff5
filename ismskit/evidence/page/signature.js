// What decisions sign, as signature.go checks it. Leaves are hashed as they stand in the
// payload, cut out of its text: nothing is written anew.
const bound = @BOUND@; // leaf, member, bound as an empty text where it lacks, version of the list

// cut gives the parts of an object or list as they stand in JSON that can be parsed.
function cut(text) {
  const out = [];
  let depth = 0, from = 1, inText = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inText) { if (c === "\\") i++; else if (c === '"') inText = false; continue; }
    if (c === '"') inText = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") { depth--; if (depth === 0 && i > from) out.push(text.slice(from, i)); }
    else if (c === "," && depth === 1) { out.push(text.slice(from, i)); from = i + 1; }
  }
  return out;
}

// members are the members of an object, by their names.
function members(text) {
  if (text[0] !== "{") throw new SyntaxError("object");
  return new Map(cut(text).map((part) => { const [key] = /^"(?:[^"\\]|\\.)*"/.exec(part); return [JSON.parse(key), part.slice(key.length + 1)]; }));
}

const leafPrefix = utf8.encode("\0isms-leaf-1\n");
async function leafHash(crypto, name, salt, value) {
  const n = utf8.encode(name);
  return crypto.sha256(concat(leafPrefix, salt, Uint8Array.of(n.length >>> 24, (n.length >>> 16) & 255, (n.length >>> 8) & 255, n.length & 255), n, utf8.encode(value)));
}

// rootOf is the root over hashes (RFC 6962 §2.1).
async function rootOf(crypto, hashes) {
  if (!hashes.length) return crypto.sha256(new Uint8Array());
  if (hashes.length === 1) return hashes[0];
  const k = Tree.half(hashes.length);
  return crypto.sha256(concat(prefix1, await rootOf(crypto, hashes.slice(0, k)), await rootOf(crypto, hashes.slice(k))));
}

// Signed is a payload of which the parts are known as they stand.
class Signed {
  constructor(text) {
    JSON.parse(text);
    this.of = members(text);
    this.by = this.of.has("by") ? members(this.of.get("by")) : new Map();
    this.principal = this.of.has("for") ? members(this.of.get("for")) : null;
    this.binds = this.of.has("binds") ? JSON.parse(this.of.get("binds")) : 1;
  }

  raw(member) {
    const [whose, inner] = member.split(".");
    return inner === undefined ? this.of.get(member) : ((whose === "by" ? this.by : this.principal) || new Map()).get(inner);
  }

  text(member) {
    const raw = this.raw(member), value = raw === undefined ? "" : JSON.parse(raw);
    return typeof value === "string" ? value : "";
  }

  async root(crypto, at) {
    const salt = this.text("salt"), hashes = [];
    if (!/^([0-9a-fA-F]{2})*$/.test(salt)) throw new RangeError("salt");
    for (const [leaf, member, always, since] of bound) {
      if (since > this.binds || (!this.principal && leaf.startsWith("for/"))) continue;
      let value = member === "" ? JSON.stringify(at) : this.raw(member);
      if (value === undefined && always) value = '""';
      if (value === undefined) continue;
      const own = (await crypto.sha256(concat(unhex(salt), utf8.encode(leaf)))).subarray(0, 16);
      hashes.push(await leafHash(crypto, leaf, own, value));
    }
    return hex(await rootOf(crypto, hashes));
  }

  async valuesRoot(crypto) {
    const raw = this.of.get("values"), fields = raw[0] === "[" ? cut(raw).map((text) => { const of = members(text); return { name: JSON.parse(of.get("name")), salt: JSON.parse(of.get("salt")), value: of.get("value") }; }) : null;
    // In the order of the bytes of their names.
    const order = fields.map((f) => [hex(utf8.encode(f.name)), f]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    if (fields.some((f) => !/^[0-9a-fA-F]{32}$/.test(f.salt)) || order.some(([name], i) => i && order[i - 1][0] === name)) throw new RangeError("values");
    const hashes = [];
    for (const [, f] of order) hashes.push(await leafHash(crypto, f.name, unhex(f.salt), f.value));
    return hex(await rootOf(crypto, hashes));
  }
}

// Signatures looks at what is signed along one chain, from its first entry.
class Signatures {
  constructor(crypto, tops) { Object.assign(this, { crypto, certificates: new Certificates(crypto, tops), fields: "", unknown: false, signed: false }); }

  async entry(e, hash, changed) {
    const codes = [], wrong = await this.certificates.entry(e, hash);
    if (wrong) codes.push(wrong);
    if (!e.chain.startsWith("case/")) return codes;
    if (e.content === null || changed) { this.unknown = true; return codes; } // what it signed isn't known
    let p;
    try { p = new Signed(e.payload); } catch { this.unknown = true; return [...codes, "signature_false"]; }
    const decision = await this.decision(e, p);
    if (decision) codes.push(decision);
    if (!await this.sent(p)) codes.push("fields_false");
    return codes;
  }

  // Entries without any signature are of a trail that was written by another program.
  async decision(e, p) {
    if (["revision", "salt", "signature"].some((member) => p.of.has(member))) this.signed = true;
    if (!this.signed) return "";
    if (p.binds > @BINDS@) return "signature_newer";
    try {
      const holds = Number.isInteger(p.binds) && p.binds > 0 && (await p.root(this.crypto, e.at)) === p.text("signature");
      return holds && p.text("verb") === e.kind && p.text("by.person") === e.actor && p.text("for.person") === e.for ? "" : "signature_false";
    } catch { return "signature_false"; }
  }

  // sent says whether the root that a decision binds is that of the fields as they were sent last.
  async sent(p) {
    const root = p.text("root");
    if (root === "" && !this.signed) return true;
    if (p.of.has("values")) {
      Object.assign(this, { fields: root, unknown: false });
      try { return (await p.valuesRoot(this.crypto)) === root; } catch { return false; }
    }
    if (this.unknown || root === noHash) Object.assign(this, { fields: root, unknown: false }); // all fields were emptied
    return root === this.fields;
  }
}

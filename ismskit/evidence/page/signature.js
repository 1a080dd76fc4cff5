// What decisions sign, as signature.go checks it. Leaves are hashed as they stand in the
// payload, cut out of its text: nothing is written anew.
const bound = @BOUND@; // leaf, member (@ of the entry itself), bound as an empty text where it lacks, version of the list

// canonical says whether a text is JSON in the one form that evidence has: no blanks, members in
// the order of their bytes and each once, integers of 64 bits, texts in normal form.
function canonical(text) {
  let i = 0;
  const string = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y, number = /-?(?:0|[1-9]\d*)/y, word = /null|true|false/y;
  const take = (pattern) => { pattern.lastIndex = i; const [found] = pattern.exec(text) || [""]; i += found.length; return found; };
  const name = (raw) => {
    const value = raw && JSON.parse(raw);
    return raw !== "" && JSON.stringify(value) === raw && value.normalize("NFC") === value && !value.includes("\0") && !/\p{Surrogate}/u.test(value);
  };
  const integer = (raw) => raw !== "" && raw !== "-0" && BigInt.asIntN(64, BigInt(raw)) === BigInt(raw);
  const value = (depth) => {
    if (depth > 64) return false;
    if (text[i] === '"') return name(take(string));
    if (text[i] !== "{" && text[i] !== "[") return take(word) !== "" || integer(take(number));
    const object = text[i++] === "{", end = object ? "}" : "]";
    if (text[i] === end) { i++; return true; }
    for (let last = null; ; i++) {
      if (object) {
        const raw = take(string), key = name(raw) && text[i++] === ":" ? hex(utf8.encode(JSON.parse(raw))) : null;
        if (key === null || (last !== null && last >= key)) return false;
        last = key;
      }
      if (!value(depth + 1)) return false;
      if (text[i] === end) { i++; return true; }
      if (text[i] !== ",") return false;
    }
  };
  return value(0) && i === text.length;
}

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
    if (!canonical(text)) throw new SyntaxError("canonical");
    this.of = members(text);
    this.by = this.of.has("by") ? members(this.of.get("by")) : new Map();
    this.principal = this.of.has("for") ? members(this.of.get("for")) : null;
    this.binds = this.of.has("binds") ? JSON.parse(this.of.get("binds")) : 1;
    if (typeof this.binds !== "number") throw new TypeError("binds");
    // Other readers take another case of a name for the name.
    for (const of of [this.of, this.by, this.principal || new Map()]) for (const name of of.keys()) if (!/^[a-z_]*$/.test(name)) throw new SyntaxError(name);
  }

  raw(member) {
    const [whose, inner] = member.split(".");
    return inner === undefined ? this.of.get(member) : ((whose === "by" ? this.by : this.principal) || new Map()).get(inner);
  }

  text(member) {
    const raw = this.raw(member), value = raw === undefined ? "" : JSON.parse(raw);
    return typeof value === "string" ? value : "";
  }

  async root(crypto, chain, at) {
    const salt = this.text("salt"), hashes = [];
    if (!/^([0-9a-fA-F]{2})*$/.test(salt)) throw new RangeError("salt");
    for (const [leaf, member, always, since] of bound) {
      if (since > this.binds || (!this.principal && leaf.startsWith("for/"))) continue;
      let value = member === "@at" ? JSON.stringify(at) : member === "@chain" ? JSON.stringify(chain) : this.raw(member);
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

// Signatures looks at what is signed along one chain, from its first entry; found is told of
// entries by their numbers. A trail none of whose entries is signed is another program's.
class Signatures {
  constructor(crypto, tops, found) { Object.assign(this, { crypto, found, certificates: new Certificates(crypto, tops), fields: "", unknown: false, signed: false, unsigned: [] }); }

  async entry(e, hash, changed) {
    const wrong = await this.certificates.entry(e, hash);
    if (wrong) this.found(wrong, e.seq);
    if (!e.chain.startsWith("case/")) return;
    if (e.content === null || changed) { this.unknown = true; return; } // what it signed isn't known
    let p = null;
    try { p = new Signed(e.payload); } catch { p = null; }
    if (p && !this.signed && ["revision", "salt", "signature"].some((member) => p.of.has(member))) {
      for (const seq of this.unsigned) this.found("signature_false", seq);
      Object.assign(this, { signed: true, unknown: this.unknown || this.unsigned.length > 0, unsigned: [] });
    }
    if (!this.signed) { this.unsigned.push(e.seq); return; }
    if (!p) { this.unknown = true; this.found("signature_false", e.seq); return; }
    if (p.binds > @BINDS@) this.found("signature_newer", e.seq);
    else if (!await this.holds(e, p)) this.found("signature_false", e.seq);
    if (!await this.sent(p)) this.found("fields_false", e.seq);
  }

  async holds(e, p) {
    try {
      return p.binds > 0 && (await p.root(this.crypto, e.chain, e.at)) === p.text("signature") && p.text("verb") === e.kind && p.text("by.person") === e.actor && p.text("for.person") === e.for;
    } catch { return false; }
  }

  // sent says whether the root that a decision binds is that of the fields as they were sent last.
  async sent(p) {
    const root = p.text("root");
    if (p.of.has("values")) {
      Object.assign(this, { fields: root, unknown: false });
      try { return (await p.valuesRoot(this.crypto)) === root; } catch { return false; }
    }
    // Nothing was filled in from the beginning, or it was emptied.
    const emptied = this.fields === "" || p.of.has("changes") || p.of.has("moved_from");
    if (this.unknown || (root === noHash && emptied)) Object.assign(this, { fields: root, unknown: false });
    return root === this.fields;
  }
}

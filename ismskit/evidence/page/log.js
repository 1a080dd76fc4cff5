// The log: the tree over the heads of all chains, of which a bundle holds the nodes
// that its own proofs need, under the numbers of golang.org/x/mod/sumdb/tlog.
const prefix0 = Uint8Array.of(0), prefix1 = Uint8Array.of(1);

// nodeNumber is where tlog stores the n-th node of a level.
function nodeNumber(level, n) {
  for (let l = level; l > 0; l--) n = 2 * n + 1;
  let i = 0;
  for (let m = n; m > 0; m = Math.floor(m / 2)) i += m;
  return i + level;
}

class Tree {
  constructor(crypto, nodes) {
    this.crypto = crypto;
    this.nodes = nodes;
  }

  async join(left, right) { return left && right && this.crypto.sha256(concat(prefix1, left, right)); }

  static half(n) {
    let k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  }

  // range is the root over leaves lo to hi as far as the nodes tell; undefined where
  // one is missing.
  async range(lo, hi) {
    const n = hi - lo, level = Math.log2(n);
    if (Number.isInteger(level) && lo % n === 0) {
      const known = this.nodes.get(nodeNumber(level, lo / n));
      if (known || n === 1) return known;
    }
    const k = Tree.half(n);
    return this.join(await this.range(lo, lo + k), await this.range(lo + k, hi));
  }

  // with is the root over lo to hi with a leaf put at its place.
  async with(lo, hi, index, leaf) {
    if (hi - lo === 1) return leaf;
    const k = Tree.half(hi - lo);
    return index < lo + k
      ? this.join(await this.with(lo, lo + k, index, leaf), await this.range(lo + k, hi))
      : this.join(await this.range(lo, lo + k), await this.with(lo + k, hi, index, leaf));
  }

  // both are the roots over lo to hi and over lo to old, made of the same nodes, so
  // that the newer tree is the older one with leaves added.
  async both(lo, hi, old) {
    if (old >= hi) {
      const all = await this.range(lo, hi);
      return [all, all];
    }
    const k = Tree.half(hi - lo), mid = lo + k;
    if (old <= mid) {
      const [all, part] = await this.both(lo, mid, old);
      return [await this.join(all, await this.range(mid, hi)), part];
    }
    const left = await this.range(lo, mid), [all, part] = await this.both(mid, hi, old);
    return [await this.join(left, all), await this.join(left, part)];
  }

  async includes(point, index, leaf) {
    if (index >= point.size) return false;
    const root = await this.with(0, point.size, index, leaf);
    return Boolean(root) && same(root, point.root);
  }

  async grew(older, newer) {
    if (older.size === 0) return same(older.root, await this.crypto.sha256(new Uint8Array()));
    if (older.size > newer.size) return false;
    const [now, then] = older.size === newer.size ? [older.root, newer.root] : await this.both(0, newer.size, older.size);
    return Boolean(now && then) && (older.size === newer.size ? same(now, then) : same(now, newer.root) && same(then, older.root));
  }
}

function base64(s) { // strict: one text for each content
  try {
    const b = Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
    return btoa(String.fromCharCode(...b)) === s ? b : null;
  } catch { return null; }
}

// parseKey reads name+hash+key.
async function parseKey(crypto, text) {
  const parts = text.split("+"), name = parts[0], id = parts[1], b = base64(parts.slice(2).join("+"));
  if (!b || b.length !== 33 || b[0] !== 1) return null;
  const want = await crypto.sha256(concat(utf8.encode(name + "\n"), b));
  return hex(want.subarray(0, 4)) === id ? { name, id, key: b.subarray(1), text } : null;
}

// openNote returns a note's text with those whose signatures hold, null if none is
// known or one that is known doesn't hold.
async function openNote(crypto, bytes, keys) {
  let note;
  try { note = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return null; }
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, cut + 1), signers = [], unknown = [], seen = new Set();
  for (const line of note.slice(cut + 2, -1).split("\n")) {
    const m = /^— (\S+) (\S+)$/.exec(line), b = m && base64(m[2]);
    if (!b || b.length < 5 || seen.has(line)) return null;
    seen.add(line);
    const key = keys.find((k) => k.name === m[1] && k.id === hex(b.subarray(0, 4)));
    if (!key) unknown.push(m[1]);
    else if (await crypto.ed25519(key.key, b.subarray(4), utf8.encode(text))) signers.push(m[1]);
    else return null;
  }
  return signers.length ? { text, signers, unknown } : null;
}

function parseCheckpoint(text) {
  const m = /^([^\n]+)\n(0|[1-9][0-9]*)\n(\S+)\ntime (\S+)\nclock ([^\n]+)\n$/.exec(text), root = m && base64(m[3]);
  if (!root || root.length !== 32 || micros(m[4]) === null) return null;
  return { origin: m[1], size: Number(m[2]), root, at: m[4], clock: m[5] };
}

// micros reads a time as it stands in evidence, null if it stands otherwise.
function micros(s) {
  const m = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(s), seconds = m && Date.parse(m[1] + "Z");
  return m && Number.isFinite(seconds) ? BigInt(seconds) * 1000n + BigInt(m[2]) : null;
}

// Signatures with certificates, as certificate.go checks them: RSA (PKCS #1 v1.5) and ECDSA
// on P-256, both with SHA-256. Own arithmetic, as for Ed25519: nothing here is secret.
function derParts(b) { // the elements that lie one after another in b
  const out = [];
  for (let i = 0; i < b.length;) {
    const start = i, tag = b[i++];
    let size = b[i++];
    if (size === undefined || (tag & 31) === 31 || size === 0x80) throw new RangeError("der");
    if (size > 0x80) {
      let n = size & 127;
      if (n > 4) throw new RangeError("der");
      for (size = 0; n > 0; n--) size = size * 256 + b[i++];
    }
    if (!(i + size <= b.length)) throw new RangeError("der");
    out.push({ tag, whole: b.subarray(start, i + size), body: b.subarray(i, i + size) });
    i += size;
  }
  return out;
}
function derOne(b, tag) {
  const all = derParts(b);
  if (all.length !== 1 || all[0].tag !== tag) throw new RangeError("der");
  return all[0].body;
}
const big = (b) => b.reduce((n, x) => (n << 8n) | BigInt(x), 0n);
const modulo = (x, m) => ((x % m) + m) % m;
function powerModulo(x, n, m) {
  let out = 1n;
  for (x = modulo(x, m); n > 0n; n >>= 1n, x = (x * x) % m) if (n & 1n) out = (out * x) % m;
  return out;
}

const oid = { rsa: "2a864886f70d010101", rsa256: "2a864886f70d01010b", ec: "2a8648ce3d0201", p256: "2a8648ce3d030107", ec256: "2a8648ce3d040302", digest: "2a864886f70d010904", constraints: "551d13", usage: "551d0f" };
const named = { rsa256: "RSA-SHA256", ec256: "ECDSA-SHA256" };

// mayIssue says by what follows the key of a certificate whether it may sign others.
function mayIssue(rest) {
  const found = {};
  for (const part of rest) {
    if (part.tag !== 0xa3) continue; // extensions
    for (const one of derParts(derOne(part.body, 0x30))) {
      const parts = derParts(one.body), type = hex(parts[0].body);
      if (type in found) throw new RangeError("extension");
      found[type] = parts[parts.length - 1].body;
    }
  }
  if (!found[oid.constraints]) return false;
  const [ca] = derParts(derOne(found[oid.constraints], 0x30));
  if (!ca || ca.tag !== 1 || ca.body.length !== 1 || ca.body[0] !== 255) return false;
  const usage = found[oid.usage] ? derOne(found[oid.usage], 0x03).subarray(1) : [];
  return !usage.some((b) => b) || (usage[0] & 4) !== 0;
}

// parseCertificate gives what is needed of one: what its issuer signed and how, its names, its
// key, and whether it may issue others.
function parseCertificate(der) {
  const [tbs, algorithm, value] = derParts(derOne(der, 0x30));
  const fields = derParts(tbs.body), at = fields[0].tag === 0xa0 ? 1 : 0; // version
  const [kind, bits] = derParts(fields[at + 5].body), [type, curve] = derParts(kind.body);
  const signed = hex(derParts(algorithm.body)[0].body), key = bits.body.subarray(1);
  const out = { tbs: tbs.whole, value: value.body.subarray(1), algorithm: signed === oid.rsa256 ? named.rsa256 : signed === oid.ec256 ? named.ec256 : "",
    issuer: fields[at + 2].body, subject: fields[at + 4].body, issues: mayIssue(fields.slice(at + 6)) };
  if (hex(type.body) === oid.rsa) {
    const [n, e] = derParts(derOne(key, 0x30));
    out.rsa = { n: big(n.body), e: big(e.body) };
    if (out.rsa.n >> 2047n === 0n || out.rsa.e < 3n || out.rsa.e % 2n === 0n) throw new RangeError("key");
  } else if (hex(type.body) === oid.ec && hex(curve.body) === oid.p256 && key.length === 65 && key[0] === 4) {
    out.ec = [big(key.subarray(1, 33)), big(key.subarray(33))];
  }
  return out;
}

const digestInfo = unhex("3031300d060960864801650304020105000420");
async function rsaHolds(crypto, { n, e }, message, value) {
  const size = Math.ceil(n.toString(16).length / 2), s = big(value);
  if (value.length !== size || s >= n) return false;
  const info = concat(digestInfo, await crypto.sha256(message));
  if (size < info.length + 11) return false;
  const want = concat(Uint8Array.of(0, 1), new Uint8Array(size - info.length - 3).fill(255), Uint8Array.of(0), info);
  return powerModulo(s, e, n) === big(want);
}

const p256 = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn, n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  g: [0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n],
};
function p256Plus(a, b) { // null is the point at infinity
  if (!a || !b) return a || b;
  const { p } = p256, [x1, y1] = a, [x2, y2] = b;
  if (x1 === x2 && modulo(y1 + y2, p) === 0n) return null;
  const slope = x1 === x2 ? 3n * (x1 * x1 - 1n) * powerModulo(2n * y1, p - 2n, p) : (y2 - y1) * powerModulo(x2 - x1, p - 2n, p);
  const x = modulo(slope * slope - x1 - x2, p);
  return [x, modulo(slope * (x1 - x) - y1, p)];
}
function p256Times(k, a) {
  let out = null;
  for (; k > 0n; k >>= 1n, a = p256Plus(a, a)) if (k & 1n) out = p256Plus(out, a);
  return out;
}
async function ecHolds(crypto, point, message, value) {
  const { p, n, b, g } = p256, [x, y] = point, [r, s] = derParts(derOne(value, 0x30)).map((part) => big(part.body));
  if (x >= p || y >= p || modulo(y * y - x * x * x + 3n * x - b, p) !== 0n || r < 1n || s < 1n || r >= n || s >= n) return false;
  const w = powerModulo(s, n - 2n, n), hash = big(await crypto.sha256(message));
  const at = p256Plus(p256Times(modulo(hash * w, n), g), p256Times(modulo(r * w, n), point));
  return at !== null && modulo(at[0], n) === r;
}
async function holdsBy(crypto, certificate, algorithm, message, value) {
  if (algorithm === named.rsa256 && certificate.rsa) return rsaHolds(crypto, certificate.rsa, message, value);
  return algorithm === named.ec256 && Boolean(certificate.ec) && ecHolds(crypto, certificate.ec, message, value);
}

// certificateHolds says whether a signature is by its first certificate over its statement,
// and each certificate by the next, which may issue.
async function certificateHolds(crypto, s) {
  const chain = s.chain.map((text) => parseCertificate(base64(text)));
  let signed = utf8.encode(s.statement);
  if (s.attributes) {
    const attributes = base64(s.attributes), digests = derParts(derOne(attributes, 0x31)).map((a) => derParts(a.body)).filter(([type]) => hex(type.body) === oid.digest);
    if (digests.length !== 1 || !same(derOne(digests[0][1].body, 0x04), await crypto.sha256(signed))) return false;
    signed = attributes;
  }
  if (!chain.length || !await holdsBy(crypto, chain[0], s.algorithm, signed, base64(s.value))) return false;
  for (let i = 1; i < chain.length; i++) {
    const by = chain[i], of = chain[i - 1];
    if (!by.issues || !same(of.issuer, by.subject) || !await holdsBy(crypto, by, of.algorithm, of.tbs, of.value)) return false;
  }
  return true;
}

// subjectOf calls a certificate by the parts of its subject.
function subjectOf(der) {
  const short = { "550403": "CN", "550406": "C", "55040a": "O", "55040b": "OU", "550405": "SERIALNUMBER", "550407": "L", "550408": "ST" };
  try {
    return derParts(parseCertificate(der).subject).flatMap((set) => derParts(set.body)).map((pair) => {
      const [type, value] = derParts(pair.body), key = hex(type.body);
      return (short[key] || key) + "=" + new TextDecoder().decode(value.body);
    }).reverse().join(",");
  } catch { return ""; }
}

const stated = @STATED@; // members of a payload that a statement has as well, and whether the first format had them

// Certificates looks at the signatures with certificates along one chain; tops are the
// topmost certificates, each with what it is called, by their SHA-256.
class Certificates {
  constructor(crypto, tops) { Object.assign(this, { crypto, tops, hashes: new Set(), values: null }); }

  async entry(e, hash) {
    let code = "";
    if (e.content === null) this.values = null; // it may have set them
    else if (e.payload && e.payload.includes('"values":[')) this.values = e.payload;
    if (e.payload && e.payload.includes('"certificate":{')) code = await this.look(e);
    this.hashes.add(hash);
    return code;
  }

  async look(e) {
    let entry, signed;
    try {
      entry = JSON.parse(e.payload);
      if (!entry.certificate) return "";
      if (!await certificateHolds(this.crypto, entry.certificate)) return "certificate_false";
      const top = base64(entry.certificate.chain[entry.certificate.chain.length - 1]);
      this.tops.set(hex(await this.crypto.sha256(top)), subjectOf(top));
    } catch { return "certificate_false"; }
    try { signed = JSON.parse(entry.certificate.statement); } catch { return "certificate_other"; }
    let statement, payload;
    try { [statement, payload] = [members(entry.certificate.statement), members(e.payload)]; } catch { return "certificate_other"; }
    const first = signed.format === "isms-statement-1";
    const agrees = (first || signed.format === "isms-statement-2") && "case/" + signed.case === e.chain && signed.at <= e.at &&
      stated.every(([member, always]) => (first && !always) || statement.get(member) === payload.get(member)) &&
      (!statement.has("number") || statement.get("number") === payload.get("number")) &&
      (!signed.decision || this.hashes.has(signed.decision.entry)) && this.has(signed.fields || []);
    return agrees ? "" : "certificate_other";
  }

  // has says whether fields stand in the trail as they were signed. Where an entry that may have
  // set them is not there, nothing is known of it.
  has(fields) {
    if (!fields.length || this.values === null) return true;
    const stand = new Map((JSON.parse(this.values).values || []).map((v) => [v.name, JSON.stringify(v.value)]));
    return fields.every((f) => stand.get(f.name) === JSON.stringify(f.value));
  }
}

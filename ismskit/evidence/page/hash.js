// SHA-256, SHA-512 and Ed25519 of our own, for browsers that keep theirs from pages
// opened from a disk. What WebCrypto offers is used first.
const utf8 = new TextEncoder();
const concat = (...parts) => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
};
const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
const unhex = (s) => Uint8Array.from(s.match(/../g) || [], (x) => parseInt(x, 16));
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

// The constants of both hashes are the first bits of the fractional parts of roots
// of primes.
const primes = (() => {
  const out = [];
  for (let n = 2; out.length < 80; n++) if (out.every((p) => n % p)) out.push(n);
  return out;
})();
function rootBits(n, k) { // 64 bits of the fractional part of the k-th root of n
  const target = BigInt(n) << BigInt(64 * k);
  let low = 0n, high = 1n << 70n;
  while (low + 1n < high) {
    const mid = (low + high) >> 1n;
    if (mid ** BigInt(k) <= target) low = mid; else high = mid;
  }
  return low & 0xffffffffffffffffn;
}

function padded(message, block) {
  const length = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const out = new Uint8Array(length);
  out.set(message);
  out[message.length] = 0x80;
  new DataView(out.buffer).setBigUint64(length - 8, BigInt(message.length) * 8n);
  return out;
}

const k256 = primes.slice(0, 64).map((p) => Number(rootBits(p, 3) >> 32n));
const h256 = primes.slice(0, 8).map((p) => Number(rootBits(p, 2) >> 32n));
function ownSHA256(message) {
  const data = padded(message, 64), view = new DataView(data.buffer), h = h256.slice(), w = new Array(64);
  const r = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < data.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + (r(a, 7) ^ r(a, 18) ^ (a >>> 3)) + w[i - 7] + (r(b, 17) ^ r(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; i++) {
      const t = (z + (r(e, 6) ^ r(e, 11) ^ r(e, 25)) + ((e & f) ^ (~e & g)) + k256[i] + w[i]) | 0;
      const u = ((r(a, 2) ^ r(a, 13) ^ r(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, z] = [(t + u) | 0, a, b, c, (d + t) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
  }
  const out = new Uint8Array(32), words = new DataView(out.buffer);
  h.forEach((x, i) => words.setInt32(4 * i, x));
  return out;
}

const k512 = primes.map((p) => rootBits(p, 3)), h512 = primes.slice(0, 8).map((p) => rootBits(p, 2));
function ownSHA512(message) {
  const mask = 0xffffffffffffffffn, data = padded(message, 128), view = new DataView(data.buffer), h = h512.slice(), w = new Array(80);
  const r = (x, n) => ((x >> n) | (x << (64n - n))) & mask;
  for (let at = 0; at < data.length; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = view.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + (r(a, 1n) ^ r(a, 8n) ^ (a >> 7n)) + w[i - 7] + (r(b, 19n) ^ r(b, 61n) ^ (b >> 6n))) & mask;
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 80; i++) {
      const t = z + (r(e, 14n) ^ r(e, 18n) ^ r(e, 41n)) + ((e & f) ^ (~e & mask & g)) + k512[i] + w[i];
      const u = (r(a, 28n) ^ r(a, 34n) ^ r(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, z] = [(t + u) & mask, a, b, c, (d + t) & mask, e, f, g];
    }
    [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = (h[i] + x) & mask; });
  }
  const out = new Uint8Array(64), words = new DataView(out.buffer);
  h.forEach((x, i) => words.setBigUint64(8 * i, x));
  return out;
}

// Ed25519 (RFC 8032), verification only: nothing here is secret, so nothing has to
// take equal time.
const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (x) => ((x % P) + P) % P;
function power(x, n) {
  let out = 1n;
  for (x = mod(x); n > 0n; n >>= 1n, x = (x * x) % P) if (n & 1n) out = (out * x) % P;
  return out;
}
const D = mod(-121665n * power(121666n, P - 2n)), I = power(2n, (P - 1n) / 4n);
const little = (b) => b.reduceRight((n, x) => (n << 8n) | BigInt(x), 0n);
function recover(b) { // a point from its 32 bytes, null where there is none
  const n = little(b), y = n & ((1n << 255n) - 1n), sign = n >> 255n;
  if (y >= P) return null;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * I);
  if (mod(v * x * x) !== u || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}
function plus([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * t1 * t2 * D), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}
function times(n, p) {
  let out = [0n, 1n, 1n, 0n];
  for (; n > 0n; n >>= 1n, p = plus(p, p)) if (n & 1n) out = plus(out, p);
  return out;
}
const basePoint = () => recover(unhex("58" + "66".repeat(31)));
function ownEd25519(key, signature, message) {
  const a = recover(key), r = recover(signature.subarray(0, 32)), s = little(signature.subarray(32));
  if (!a || !r || signature.length !== 64 || s >= L) return false;
  const k = little(ownSHA512(concat(signature.subarray(0, 32), key, message))) % L;
  const left = times(s, basePoint()), right = plus(r, times(k, a));
  return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
}

// engine says with what is checked, and does it.
async function engine(ownOnly) {
  const subtle = ownOnly ? undefined : globalThis.crypto && globalThis.crypto.subtle;
  let signatures = false;
  if (subtle) {
    try { // the key of RFC 8032, test 1
      const key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
      signatures = Boolean(await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]));
    } catch { signatures = false; }
  }
  return {
    digests: Boolean(subtle), signatures,
    sha256: async (b) => (subtle && b.length > 4096 ? new Uint8Array(await subtle.digest("SHA-256", b)) : ownSHA256(b)),
    ed25519: async (key, signature, message) => {
      if (!signatures) return ownEd25519(key, signature, message);
      const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return subtle.verify({ name: "Ed25519" }, imported, signature, message);
    },
  };
}

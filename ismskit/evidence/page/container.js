// The container: a ZIP file in its one possible form. Every byte that is no content
// is written again from names, sizes and checksums, and compared; layout.js holds what
// another tool has written.
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
function crc32(b) {
  let c = 0xffffffff;
  for (let i = 0; i < b.length; i++) c = crcTable[(c ^ b[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
const u16 = (n) => [n & 255, (n >>> 8) & 255];
const u32 = (n) => [...u16(n & 65535), ...u16(n >>> 16)];
const headerPart = (m) => [...u16(20), ...u16(0x0800), ...u16(0), ...u16(0), ...u16(0x21), ...u32(m.crc), ...u32(m.size), ...u32(m.size), ...u16(m.name.length), ...u16(0)];
const letters = (s) => Array.from(s, (c) => c.charCodeAt(0));
const localHeader = (m) => Uint8Array.from([0x50, 0x4b, 3, 4, ...headerPart(m), ...letters(m.name)]);
const centralHeader = (m) => Uint8Array.from([0x50, 0x4b, 1, 2, ...u16(20), ...headerPart(m), ...new Array(10).fill(0), ...u32(m.offset), ...letters(m.name)]);
const endRecord = (count, size, offset) => Uint8Array.from([0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...u16(count), ...u16(count), ...u32(size), ...u32(offset), 0, 0]);
const cleanName = (name) => /^(?:[-A-Za-z0-9_%][-A-Za-z0-9_%.]*\/)*[-A-Za-z0-9_%][-A-Za-z0-9_%.]*$/.test(name);

// once tells each kind of what packing again does once, with how often.
function once(faults) {
  const kinds = new Map();
  for (const f of faults.filter(packing)) {
    if (!kinds.has(f.code)) kinds.set(f.code, { ...f, count: 0 });
    kinds.get(f.code).count++;
  }
  return [...kinds.values()];
}

// litter says that a member is a folder, or a file that an operating system adds to
// whatever it packs.
function litter(m) {
  const base = m.name.slice(m.name.lastIndexOf("/") + 1);
  if (m.name.endsWith("/")) return m.plain === 0 && m.size <= 2;
  if (m.name.startsWith("__MACOSX/")) return base.startsWith("._");
  return [".DS_Store", "Thumbs.db", "desktop.ini"].includes(base);
}

// inflate reads what another tool has compressed: as much as the directory says that
// there is. It is null where that can't be read here.
async function inflate(content, m) {
  if (m.method !== 8 || m.plain > 256 << 20 || typeof DecompressionStream === "undefined") return null;
  const out = new Uint8Array(m.plain);
  let n = 0;
  try {
    const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return out.subarray(0, n);
      if (n + value.length > out.length) { await reader.cancel(); return new Uint8Array(); }
      out.set(value, n);
      n += value.length;
    }
  } catch { return new Uint8Array(); } // not what was packed; its digest says so
}

// folderAround is the folder that another tool has put around all of the bundle.
function folderAround(members) {
  const folders = members.map((m) => m.name).filter((name) => name === "manifest.json" || name.endsWith("/manifest.json"));
  return folders.map((name) => name.slice(0, -"manifest.json".length)).sort((x, y) => x.length - y.length)[0] || "";
}

// unpack returns the files by name, in order, and what is wrong with the container.
async function unpack(b) {
  const files = new Map(), faults = [], twice = [], unread = [], view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const fault = (part, name, offset) => faults.push({ code: "container_" + part, file: name, offset });
  const end = b.length - 22;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) {
    fault("end", "", Math.max(0, end));
    return { files, faults, twice, unread, folder: "" };
  }
  const count = view.getUint16(end + 10, true), size = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  if (start + size !== end || !same(b.subarray(end), endRecord(count, size, start))) fault("end", "", end);
  const all = [];
  let at = start, previous = "", offset = -1;
  while (at < Math.min(end, start + size)) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50 || at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true) > end) {
      fault("gap", "", at);
      break;
    }
    const n = view.getUint16(at + 28, true), whole = 46 + n + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const m = {
      name: String.fromCharCode(...b.subarray(at + 46, at + 46 + n)), crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true), method: view.getUint16(at + 10, true), plain: view.getUint32(at + 24, true),
      flags: view.getUint16(at + 8, true), fields: b.subarray(at + 46 + n, at + 46 + n + view.getUint16(at + 30, true)),
    };
    if (m.name <= previous || m.offset <= offset || !cleanName(m.name) || !same(b.subarray(at, at + whole), centralHeader(m))) fault("directory", m.name, at);
    at += whole;
    previous = m.name;
    offset = m.offset;
    if (litter(m) && m.plain > 0) fault("litter", m.name, m.offset);
    all.push(m);
  }
  if (all.length !== count) fault("end", "", end);
  const folder = folderAround(all);
  for (const m of all) m.inner = m.name.startsWith(folder) ? m.name.slice(folder.length) : m.name;
  layout(b, view, all, folder, start, faults);
  for (const m of all.filter((one) => !litter(one))) {
    const { data, inner: name } = m, packed = b.subarray(data, data + m.size);
    const content = m.method === 0 ? packed : await inflate(packed, m);
    if (files.has(name)) twice.push(name);
    if (!content) unread.push(name);
    else if (packed.length !== m.size || crc32(content) !== m.crc) fault("content", name, data);
    files.set(name, content || new Uint8Array());
  }
  // Whatever order they were packed in, they are checked in that of their names.
  const sorted = new Map([...files].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)));
  return { files: sorted, faults, twice, unread, folder };
}

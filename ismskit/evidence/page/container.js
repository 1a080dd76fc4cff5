// The container: a ZIP file in its one possible form. Every byte that is no content
// is written again from names, sizes and checksums, and compared.
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

// once tells each kind of fault of the container once, with how often.
function once(faults) {
  const kinds = new Map();
  for (const f of faults) {
    if (!kinds.has(f.code)) kinds.set(f.code, { ...f, count: 0 });
    kinds.get(f.code).count++;
  }
  return [...kinds.values()];
}

// unpack returns the files by name, in order, and what is wrong with the container.
function unpack(b) {
  const files = new Map(), faults = [], view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const fault = (part, name, offset) => faults.push({ code: "container_" + part, file: name, offset });
  const end = b.length - 22;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) {
    fault("end", "", Math.max(0, end));
    return { files, faults };
  }
  const count = view.getUint16(end + 10, true), size = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  if (start + size !== end || !same(b.subarray(end), endRecord(count, size, start))) fault("end", "", end);
  const members = [];
  let at = start, previous = "";
  while (at < Math.min(end, start + size)) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50 || at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true) > end) {
      fault("directory", "", at);
      break;
    }
    const n = view.getUint16(at + 28, true), whole = 46 + n + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const m = {
      name: String.fromCharCode(...b.subarray(at + 46, at + 46 + n)), crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true), extra: 0, packed: view.getUint16(at + 10, true) !== 0,
    };
    if (m.name <= previous || !cleanName(m.name) || !same(b.subarray(at, at + whole), centralHeader(m))) fault("directory", m.name, at);
    at += whole;
    if (m.name.endsWith("/") && m.size === 0) continue; // a folder, which holds nothing of the bundle
    previous = m.name;
    members.push(m);
  }
  if (members.length !== count) fault("end", "", end);
  let next = 0;
  for (const m of members) {
    if (m.offset !== next) fault("gap", m.name, Math.min(next, m.offset));
    let data = m.offset + 30 + m.name.length;
    const head = b.subarray(m.offset, data), want = localHeader(m);
    if (!same(head, want)) {
      fault("header", m.name, m.offset);
      // Another tool may have put something between header and content.
      if (head.length === want.length && same(head.subarray(0, 4), want.subarray(0, 4)) && same(head.subarray(30), want.subarray(30))) data += view.getUint16(m.offset + 28, true);
    }
    const content = b.subarray(data, data + m.size);
    if (content.length !== m.size || crc32(content) !== m.crc) fault("content", m.name, data);
    files.set(m.name, content);
    next = data + m.size;
  }
  if (next !== start) fault("gap", "", Math.min(next, start));
  // Whatever order they were packed in, they are checked in that of their names.
  const sorted = new Map([...files].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)));
  return { files: sorted, faults, packed: members.some((m) => m.name === "manifest.json" && m.packed) };
}

// What another tool has written of the container: a ZIP file says everything twice, in
// the directory, by which the bundle is checked, and in the header before each file, by
// which some tools unpack. Where the two differ in more than packing again does, such a
// tool gives its user other files than those that were checked.
const toolFlags = 0x0008 | 0x0800 | 0x0006, inField = 0xffffffff;
const packing = (f) => ["container_directory", "container_header", "container_litter"].includes(f.code);
const bytesText = (b) => new TextDecoder().decode(b);
const rawText = (b) => Array.from(b, (c) => String.fromCharCode(c)).join("");

// layout holds the places and headers of all members against the directory, and gives
// each the place of its content.
function layout(b, view, all, folder, directory, faults) {
  const fault = (part, file, offset, name) => faults.push({ code: "container_" + part, file, offset, params: { name } });
  const around = { folder, spelt: "" };
  let before = { inner: "" }, at = 0;
  const between = (next) => {
    if (at === next) return;
    const got = b.subarray(at, next);
    if (before.after && next > at && descriptors(before).some((d) => same(got, d))) return;
    fault("gap", before.inner, Math.min(at, next));
  };
  for (const m of all.map((one) => one).sort((x, y) => x.offset - y.offset)) {
    between(m.offset);
    header(b, view, m, around, fault);
    before = m;
    at = m.data + m.size;
  }
  between(directory);
}

// descriptors are the forms of a member's data descriptor.
function descriptors(m) {
  const head = [0x50, 0x4b, 7, 8, ...u32(m.crc)];
  return [Uint8Array.from([...head, ...u32(m.size), ...u32(m.plain)]), Uint8Array.from([...head, ...u32(m.size), ...u32(0), ...u32(m.plain), ...u32(0)])];
}

// header holds the header before a member against the directory.
function header(b, view, m, around, fault) {
  const want = localHeader(m), got = b.subarray(m.offset, m.offset + want.length);
  const equal = m.method === 0 && same(got, want);
  let forged = (m.flags & ~toolFlags) !== 0 || (m.method === 0 && m.size !== m.plain), other = otherName(m, m.fields, around);
  m.data = m.offset + want.length;
  if (!equal && got.length === want.length && same(got.subarray(0, 4), want.subarray(0, 4))) {
    const n = view.getUint16(m.offset + 26, true), start = m.offset + 30 + n, data = start + view.getUint16(m.offset + 28, true);
    if (data > b.length) forged = true;
    else {
      m.data = data; // where those look for the content who go by headers
      m.after = (view.getUint16(m.offset + 6, true) & 8) !== 0;
      const name = b.subarray(m.offset + 30, start), fields = b.subarray(start, data);
      if (rawText(name) !== m.name) other = bytesText(name);
      else other = otherName(m, fields, around) || other;
      forged = forged || !agrees(view, m, fields);
    }
  } else if (!equal) forged = true;
  if (other) fault("renamed", m.inner, m.offset, other);
  else if (forged) fault("forged", m.inner, m.offset);
  else if (!equal) fault("header", m.name, m.offset);
}

// agrees says that a header has what the directory has of a file, or nothing where a
// descriptor follows.
function agrees(view, m, fields) {
  const flags = view.getUint16(m.offset + 6, true), later = (flags & 8) !== 0;
  const is = (got, wanted) => got === wanted || (later && got === 0);
  let size = view.getUint32(m.offset + 18, true), plain = view.getUint32(m.offset + 22, true);
  if (size === inField && plain === inField) {
    const long = extraField(fields, 0x0001);
    if (!long || long.length !== 16) return false;
    const [low, high, packedLow, packedHigh] = [0, 4, 8, 12].map((i) => new DataView(long.buffer, long.byteOffset).getUint32(i, true));
    if (high || packedHigh) return false;
    [size, plain] = [packedLow, low];
  }
  return (flags & ~toolFlags) === 0 && view.getUint16(m.offset + 8, true) === m.method && is(view.getUint32(m.offset + 14, true), m.crc) && is(size, m.size) && is(plain, m.plain);
}

// extraField is the extra field of a kind.
function extraField(fields, kind) {
  const word = (i) => fields[i] | (fields[i + 1] << 8);
  for (let i = 0; i + 4 <= fields.length; i += 4 + word(i + 2)) {
    if (i + 4 + word(i + 2) > fields.length) return null;
    if (word(i) === kind) return fields.subarray(i + 4, i + 4 + word(i + 2));
  }
  return null;
}

// otherName is the name that a member's extra fields give it, where that is another.
// Tools write the folder around all in the code of their system, and there as Unicode.
function otherName(m, fields, around) {
  const b = extraField(fields, 0x7075);
  if (!b || b.length <= 5 || rawText(b.subarray(5)) === m.name) return "";
  const name = rawText(b.subarray(5)), said = bytesText(b.subarray(5)), slashes = (s) => s.split("/").length;
  if (!same(b.subarray(1, 5), Uint8Array.from(u32(crc32(letters(m.name)))))) return said;
  if (litter(m)) return litter({ ...m, name }) ? "" : said;
  const spelt = name.endsWith(m.inner) ? name.slice(0, name.length - m.inner.length) : null;
  if (!around.spelt && spelt && spelt.endsWith("/")) around.spelt = spelt;
  return spelt === null || !around.folder || spelt !== around.spelt || slashes(spelt) !== slashes(around.folder) ? said : "";
}

// Package evidence is version 1 of the format in which the trail is kept: bytes and
// hashes that can be checked years later without the program that made them (B8.5,
// K15).
//
// It has four parts, each used without the others:
//
//   - [Canonical] turns a value into the only bytes that stand for it, and
//     [ParseCanonical] reads nothing but such bytes.
//   - A [Leaf] is one field, file or comment with a salt of its own. Leaves are
//     hashed into one [Root], which a signature binds; a [Proof] shows one of them
//     without the others, and the salt keeps the others from being guessed.
//   - An [Entry] is one line of a trail. Its hash covers a fixed header that holds
//     the digest of the payload, not the payload, so that a payload may be disposed
//     of by law and the chain still verifies.
//   - [Verify] walks a chain and reports every fault it finds.
//
// A chain proves only that nothing inside it was changed. That its end was not cut
// off or the whole rewritten is proved by a head that was known earlier, kept where
// the trail's administrators can't reach it; Verify takes such heads.
//
// # Hashes
//
// All hashes are SHA-256 and no two kinds share an input, because each begins
// differently:
//
//	leaf     00 "isms-leaf-1\n" salt[16] len32(name) name value
//	node     01 left[32] right[32]                  (RFC 6962 §2.1)
//	payload  "isms-payload-1\n" payload
//	entry    "isms-entry\n" … as laid out at Entry.Bytes
//
// len32 is the number of bytes that follow as a 32-bit big-endian integer. The
// empty tree has the hash of nothing, as in RFC 6962.
//
// Golden files hold these bytes still: they may be added to, never changed. A
// version 2 would be new functions beside these.
//
// Values are safe for concurrent reading; nothing here keeps state.
package evidence

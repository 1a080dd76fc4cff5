// Package evidence is version 1 of the format in which the trail is kept: bytes and
// hashes that can be checked years later without the program that made them (B8.5,
// K15).
//
// It has these parts, each used without the others:
//
//   - [Canonical] turns a value into the only bytes that stand for it, and
//     [ParseCanonical] reads nothing but such bytes.
//   - A [Leaf] is one field, file or comment with a salt of its own. Leaves are
//     hashed into one [Root], which a signature binds; a [Proof] shows one of them
//     without the others, and the salt keeps the others from being guessed.
//   - An [Entry] is one line of a trail. Its hash covers a fixed header that holds
//     the digest of the payload, not the payload, so that a payload may be disposed
//     of by law and the chain still verifies.
//   - [SignPayload] signs what an entry says of a decision, [Signatures] checks along a chain
//     that each still binds what it bound.
//   - [Verify] walks a chain and reports every fault it finds.
//   - A [Log] is a tree over the heads of all chains, a [Checkpoint] says how it
//     stood at a moment, and a [Note] is a text that a [Signer] signed, which others
//     may sign too.
//   - A [Bundle] holds trails, files and proofs in one file for somebody who has no
//     server; [VerifyBundle] accounts for every byte of it.
//
// A chain proves only that nothing inside it was changed. That its end was not cut
// off or the whole rewritten is proved by a head that was known earlier, kept where
// the trail's administrators can't reach it; Verify takes such heads.
//
// # Bundles
//
// A bundle is a ZIP file without any choice left (stored, sorted, no times, no extra
// fields, nothing beside the files), so that one content has one form:
//
//	README.html                the page that shows and checks it in a browser
//	cases/ID.html, ID.trail    a case to print; its entries, a line of canonical JSON each
//	chains/CHAIN.trail         chains that are no case's
//	checkpoints/N.note         signed checkpoints, oldest first
//	checkpoints/leaves.jsonl   heads of these chains with their places in the tree
//	checkpoints/nodes          number (64 bits) and hash of nodes of the tree
//	files/SHA256               documents and attachments
//	keys/keys.txt              public keys
//	manifest.json              digest and size of all of these; cases; labels
//	manifest.note              the signed digest of the manifest
//
// Nodes are what golang.org/x/mod/sumdb/tlog stores, under its numbers. From them a
// reader makes the proof of each head and of each earlier checkpoint, and holds it
// against the last checkpoint; a false node makes a proof that doesn't hold.
//
// The manifest and every checkpoint are signed by one key, which has the name of
// their origin; a witness signs checkpoints beside it. The keys in the bundle are
// there for convenience: a bundle holds for somebody only who knows the house's key,
// or a checkpoint that it signed, from elsewhere.
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
//	head     00 canonical bytes of {chain, hash, seq}, a leaf of the log
//
// The leaves of a decision's signature are the parts of its payload that signature.go lists, in
// the order of their names; each has as value the bytes that the payload has, "" where it must
// be bound and the payload lacks it, and as salt the first 16 bytes of SHA-256(salt name) with
// the payload's salt. Those of its fields are in the payload's values.
//
// len32 is the number of bytes that follow as a 32-bit big-endian integer. The
// empty tree has the hash of nothing, as in RFC 6962.
//
// Golden files hold these bytes still: they may be added to, never changed. A
// version 2 would be new functions beside these.
//
// Values are safe for concurrent reading; nothing here keeps state.
package evidence

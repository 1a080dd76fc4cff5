// Package record is the archive's index (作業紀錄): what the organisation keeps,
// by what it can be filtered and found, and who may see it.
//
// A Record holds only what one filters by; the case, document or upload lies
// elsewhere. Whoever changes that writes the record in the same transaction.
// This package knows the rules — who satisfies an ACL, which working year a
// record belongs to, how a state is called — and declares the Store that carries
// out the queries. It knows no form, no case and no directory: values arrive as
// plain facets and text.
package record

package ismskit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// An entry says what was done, and by Event.Stored what it left in the database: what lists,
// searches and rights go by are columns and rows beside the trail, and whoever reaches the
// database could change those, act by them and set them back. The digests are of what is
// stored itself, never of what a program makes of it, for a later program words it otherwise.

// rowBytes are the bytes of a row that a digest covers: every part with its length.
type rowBytes []byte

func (b *rowBytes) text(parts ...string) {
	for _, s := range parts {
		*b = append(binary.AppendUvarint(*b, uint64(len(s))), s...)
	}
}

func (b *rowBytes) number(n int64) { *b = binary.AppendVarint(*b, n) }

// moments are in microseconds, as they are stored; none is one of its own.
func (b *rowBytes) moments(at ...time.Time) {
	for _, t := range at {
		if t.IsZero() {
			*b = append(*b, 0)
			continue
		}
		*b = binary.AppendVarint(append(*b, 1), t.UnixMicro())
	}
}

func (b *rowBytes) long(body []byte) {
	*b = append(binary.AppendUvarint(*b, uint64(len(body))), body...)
}

func (b rowBytes) digest() string { return evidence.Digest(sha256.Sum256(b)).String() }

// storedCase is the digest of a case's row. The head of its chain follows from the entry that
// has the digest, and the count of open rows changes without an entry. Of the fields it has the
// root, in Extra, and the length: they are held against the entry that sent them one by one, and
// every signature would hash all of them again.
func storedCase(r *CaseRow) string {
	b := make(rowBytes, 0, 512+len(r.State)+len(r.Extra))
	b.text("isms-case-row-1", r.ID)
	b.number(r.Revision)
	b.text(r.Type, r.Version, r.Number, r.Subject, r.Class, r.Phase, r.Outcome, r.Step,
		r.Applicant, r.ApplicantName, r.Unit, r.UnitName, r.Writer, r.Parent, r.ParentRow)
	b.moments(r.Created, r.Submitted, r.Changed, r.Closed, r.Due)
	b.number(int64(len(r.Values)))
	b.long(bytes.TrimRight(r.State, " ")) // a store may fill it up with blanks, or lose them
	b.long(r.Extra)
	return b.digest()
}

// storedRow is the digest of a revision of a list's row.
func storedRow(r register.Row) string {
	b := make(rowBytes, 0, 512)
	b.text("isms-list-row-1", r.List, r.ID)
	b.number(r.Revision)
	b.text(string(r.Values))
	b.number(int64(len(r.Keys)))
	b.text(r.Keys...)
	b.text(r.Text, r.ChangedBy, r.Reason)
	b.moments(r.From, r.To, r.ChangedAt)
	return b.digest()
}

// storedDocument is the digest of a document with all its versions. What is empty isn't
// covered: a member that a later program adds says nothing of what was stored before.
func storedDocument(doc document.Document, versions []document.Version) (string, error) {
	body, err := json.Marshal(struct {
		Document document.Document
		Versions []document.Version
	}{doc, versions})
	if err != nil {
		return "", err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var plain any
	if err := dec.Decode(&plain); err != nil {
		return "", err
	}
	plain, _ = withoutEmpty(plain)
	// Texts typed elsewhere need not be NFC, so it isn't evidence.Canonical, but as sure:
	// members are in order, and numbers are as they were written.
	if body, err = json.Marshal(plain); err != nil {
		return "", err
	}
	b := make(rowBytes, 0, 64)
	b.text("isms-document-row-1")
	b.long(body)
	return b.digest(), nil
}

// withoutEmpty drops members that say nothing; something says whether anything is left.
func withoutEmpty(v any) (left any, something bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			if kept, any := withoutEmpty(member); any {
				v[key] = kept
			} else {
				delete(v, key)
			}
		}
		return v, len(v) > 0
	case []any:
		for i := range v { // their places count
			v[i], _ = withoutEmpty(v[i])
		}
		return v, len(v) > 0
	case nil:
		return v, false
	case string:
		return v, v != ""
	case bool:
		return v, v
	case json.Number:
		return v, v != "0"
	}
	return v, true
}

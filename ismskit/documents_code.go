package ismskit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/ismskit/ismskit/ismskit/document"
)

// minCheckKey is the least length of Config.CheckKey.
const minCheckKey = 32

// checkLetters are those of a check code: none that is taken for another one on paper.
var checkLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// checkCodeLength is that of a code without its hyphens: 60 bits, which nobody guesses through
// a door that counts tries.
const checkCodeLength = 12

// checkCode is the code that stands on every copy of a version, "" without Config.CheckKey. It
// hangs on nothing but the key and the version, not on the document's number: it is the same
// on each print, and two versions that bore one label have two.
func (k *Kit) checkCode(v document.Version) string {
	if len(k.cfg.CheckKey) == 0 || v.Label == "" {
		return ""
	}
	mac := hmac.New(sha256.New, k.cfg.CheckKey)
	fmt.Fprintf(mac, "ismskit version check 1\x00%s\x00%s\x00%d", v.Document, v.Label, v.Seq)
	code := checkLetters.EncodeToString(mac.Sum(nil))[:checkCodeLength]
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

var alikeLetters = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "")

// typedCode is a code as checkCode writes it, of what people type.
func typedCode(s string) string {
	code := alikeLetters.Replace(document.TypedNumber(norm.NFKC.String(s)))
	if len(code) != checkCodeLength {
		return ""
	}
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// checkProven answers somebody who may not read what he asks about, or has not signed in, by
// the code on his copy. Of what is above 內部使用 he hears whether it is the newest, and nothing
// else; without the right code nothing, by the same work for a number that nobody has as for a
// wrong code.
func (d Documents) checkProven(ctx context.Context, tx Tx, c Copy, readable func(document.Document) bool) ([]VersionCheck, error) {
	if len(d.k.cfg.CheckKey) == 0 {
		return nil, nil
	}
	docs, err := resembling(ctx, tx, c.Number, nil)
	if err != nil {
		return nil, err
	}
	code, label := []byte(typedCode(c.Code)), document.TypedLabel(c.Label)
	if len(docs) == 0 {
		docs = []document.Document{{}} // whom the versions of nobody are asked for
	}
	var out []VersionCheck
	for _, doc := range docs {
		rows, err := tx.Documents().Versions(ctx, doc.ID)
		if err != nil {
			return nil, err
		}
		versions := document.History(rows)
		for _, v := range append(versions[:len(versions):len(versions)], document.Version{Label: "0.0"}) {
			right := hmac.Equal([]byte(d.k.checkCode(v)), code) && len(code) > 0
			if !right || v.Document == "" || label != "" && label != v.Label || unapproved(v) || readable(doc) {
				continue
			}
			r := document.ReadingOf(doc, versions, v)
			if d.k.classes().Confidential(doc.Class) {
				out = append(out, VersionCheck{Reading: document.Reading{InForce: r.InForce}, Known: true, Closed: true})
				continue
			}
			r.Document, r.Version, r.Notices = outline(doc), issued(v), document.Untitled(r.Notices)
			out = append(out, VersionCheck{Reading: r, Known: true, Current: issued(current(versions))})
		}
	}
	return out, nil
}

// unapproved says that nobody can hold a copy of a version.
func unapproved(v document.Version) bool {
	return v.State == document.Draft || v.State == document.InReview
}

// codesOf are the codes of versions by their Seq.
func (d Documents) codesOf(versions []document.Version) map[int]string {
	out := map[int]string{}
	for _, v := range versions {
		if code := d.k.checkCode(v); code != "" && !unapproved(v) {
			out[v.Seq] = code
		}
	}
	return out
}

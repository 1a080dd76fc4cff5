package ismskit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/document"
)

// What a comparison holds at most; what is beyond is said in its last row.
const (
	mostCompared   = 400     // clauses
	mostComparedIn = 400_000 // characters of all of them
	clauseTold     = 8_000   // characters of one
)

// comparison is the table of clauses in which the new text of a request differs from the one in
// force. It is empty where one of them is no text that can be read.
func (k *Kit) comparison(ctx context.Context, ch docChange, values forms.Values) ([]forms.Row, error) {
	file, _ := values[ChangeFile].(forms.File)
	at := slices.IndexFunc(ch.versions, func(v document.Version) bool { return v.Label == ch.doc.Current })
	if file.Digest == "" || at < 0 {
		return nil, nil
	}
	old := slices.IndexFunc(ch.versions[at].Files, func(f document.File) bool { return f.Main })
	if old < 0 {
		return nil, nil
	}
	before, err := k.Documents().partsOf(ctx, ch.versions[at].Files[old])
	if err != nil || before == nil {
		return nil, err
	}
	after, err := k.Documents().partsOf(ctx, document.File{Name: file.Name, MediaType: file.MediaType, Digest: file.Digest})
	if err != nil || after == nil {
		return nil, err
	}
	differences := document.Compare(before, after)
	var rows []forms.Row
	size := 0
	for i, d := range differences {
		row := forms.Row{forms.RowID: fmt.Sprintf("c%d", i+1), CompareClause: k.clauseName(d), CompareKind: string(d.Kind)}
		for column, text := range map[string]string{CompareOld: d.Old.Text, CompareNew: d.New.Text} {
			if text != "" {
				row[column] = clipped(text, clauseTold)
				size += utf8.RuneCountInString(text)
			}
		}
		if i >= mostCompared || size > mostComparedIn {
			more := k.text("change.more", map[string]string{"n": strconv.Itoa(len(differences) - i)})
			return append(rows, forms.Row{forms.RowID: "more", CompareClause: more, CompareKind: string(document.Changed)}), nil
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// clauseName is what a row of the comparison is called: the clause's number, and the former
// one where it has another now.
func (k *Kit) clauseName(d document.Difference) string {
	name := d.Address()
	if name == "" {
		return k.text("change.unnumbered", nil)
	}
	if d.Old.Address != "" && d.New.Address != "" && d.Old.Address != d.New.Address {
		return k.text("change.renumbered", map[string]string{"was": d.Old.Address, "is": d.New.Address})
	}
	return name
}

// clipped is the beginning of a text that is too long.
func clipped(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// partsOf are the clauses of a file that holds text; nil where it is of another kind, or cannot
// be read, which the log tells.
func (d Documents) partsOf(ctx context.Context, f document.File) ([]document.Part, error) {
	if d.k.cfg.Blobs == nil || !readsOnScreen(f) && f.MediaType != "text/plain" {
		return nil, nil
	}
	text, err := d.bytesOf(ctx, f.Digest)
	if err != nil {
		d.k.log.WarnContext(ctx, "a text cannot be compared", "file", f.Digest, "reason", err)
		return nil, nil
	}
	if !utf8.Valid(text) {
		return nil, nil
	}
	return document.Parts(text), nil
}

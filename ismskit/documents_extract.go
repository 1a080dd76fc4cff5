package ismskit

import (
	"context"
	"strconv"

	"github.com/ismskit/ismskit/ismskit/document"
)

// A version whose file is Word, ODF or PDF is read on screen as far as its words go: without its tables'
// lines, pictures and layout. That is for looking a clause up; what holds is the file.

// MostExtract is how many bytes of such a text are shown.
const MostExtract = 400_000

// ExtractAnchor is the fragment of a clause's part on the page of such a version, "" where it has none.
func ExtractAnchor(parts []document.Part, address string) string {
	if at := document.FindPart(parts, address); at >= 0 {
		return PartAnchor(at)
	}
	return ""
}

// PartAnchor is the fragment of the nth part, counted from 0.
func PartAnchor(n int) string { return "p-" + strconv.Itoa(n) }

// extract fills in the words of a version that has no text that is written to be read on screen.
func (d Documents) extract(ctx context.Context, r *DocumentReading) {
	if r.Text != nil {
		return
	}
	size := 0
	for _, part := range d.k.partsIn(ctx, r.Version) {
		if size += len(part.Text); size > MostExtract {
			r.ExtractCut = true
			return
		}
		r.Extract = append(r.Extract, part)
	}
}

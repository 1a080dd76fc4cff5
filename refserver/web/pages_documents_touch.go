package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// touchKinds and touchWays are what is touched by a change of a document, and how, by their texts.
var (
	touchKinds = map[string]string{
		ismskit.TouchForm: "touch.form", ismskit.TouchDocument: "touch.document", ismskit.TouchRow: "touch.row",
		ismskit.TouchCase: "touch.case", ismskit.TouchReading: "touch.reading",
	}
	touchWays = map[string]string{
		document.References: "touch.references", document.Replaces: "touch.supersedes", document.DerivedFrom: "touch.derived_from",
		document.BelongsTo: "touch.belongs_to", ismskit.TouchRetired: "touch.retired", ismskit.TouchOnline: "touch.online", ismskit.TouchOver: "touch.over",
	}
)

// touchLine is one thing that a change touches.
type touchLine struct{ Kind, Name, Href, How, Stays string }

// touchLines are things that a change touches, each with where it can be looked at.
func (p *Pages) touchLines(r *http.Request, touched []ismskit.Touch) (out []touchLine) {
	for _, t := range touched {
		line := touchLine{Name: t.Name, Kind: p.text(r, touchKinds[t.Kind])}
		if key, ok := touchWays[t.How]; ok {
			line.How = p.text(r, key)
		}
		if t.Stays != "" {
			line.Stays = p.text(r, "touch.stays", "Version", t.Stays)
		}
		switch {
		case t.Document != "":
			line.Href = "/documents/" + t.Document
		case t.Case != "":
			line.Href = "/cases/" + t.Case
		case t.List != "":
			line.Href = "/lists/" + t.List + "/" + t.Row
		}
		out = append(out, line)
	}
	return out
}

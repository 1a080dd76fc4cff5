package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// clauseTexts are what became of a clause, by their texts.
var clauseTexts = map[string]string{
	ismskit.ClauseSame: "clause.same", ismskit.ClauseUnknown: "clause.unknown", string(document.Changed): "clause.changed",
	string(document.Removed): "clause.removed", string(document.Renumbered): "clause.renumbered",
}

// clauseLine is a clause at which a case points.
type clauseLine struct{ Field, Name, Href, Since string }

func (p *Pages) clauseLines(r *http.Request, c ismskit.Case) (out []clauseLine) {
	for _, ref := range c.Clauses {
		line := clauseLine{
			Field: ref.Field.In(p.lang(r)), Href: versionAddress(ref.ID, ref.Label),
			Name: p.text(r, "clause.name", "Number", ref.Number, "Version", ref.Label, "Address", ref.Address),
		}
		if ref.Anchor != "" {
			line.Href += "#" + ref.Anchor
		}
		if key, ok := clauseTexts[ref.Since]; ok {
			line.Since = p.text(r, key, "Now", ref.Now, "Address", ref.NowAddress)
		}
		out = append(out, line)
	}
	return out
}

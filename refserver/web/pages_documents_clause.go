package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
)

// toClause goes to the clause that is asked for, as it is cited; missing says that the version has
// none of that address, or none that can be shown.
func (p *Pages) toClause(w http.ResponseWriter, r *http.Request, d ismskit.DocumentReading) (missing string, went bool) {
	at := strings.TrimSpace(r.URL.Query().Get("clause"))
	if at == "" || d.Version.Label == "" {
		return "", false
	}
	anchor, none := ismskit.ExtractAnchor(d.Extract, at), "documents.no_clause"
	switch {
	case d.Text != nil:
		if clause, found := d.Text.Find(at); found {
			anchor = clause.Anchor
		}
	case len(d.Extract) == 0: // also of one whose first part is too long to be shown
		none = "documents.no_clause_file"
	case d.ExtractCut:
		none = "documents.no_clause_cut"
	}
	if anchor == "" {
		return p.text(r, none, "Clause", at, "Version", d.Version.Label), false
	}
	http.Redirect(w, r, p.renderer.Href(r.URL.Path)+"#"+anchor, http.StatusSeeOther)
	return "", true
}

package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// openedItem says on a line of the log of openings which case, file or document it was. It leads
// there whoever may open it too.
func (p *Pages) openedItem(r *http.Request, line *changeLine, e ismskit.SystemEntry) {
	item := e.Opened
	if item == nil { // not kept any more
		line.Subject = p.text(r, map[string]string{ismskit.OpenedCase: "changes.case", ismskit.OpenedDocument: "changes.document", ismskit.OpenedFile: "changes.file"}[e.Type])
		return
	}
	if e.Type == ismskit.OpenedDocument {
		line.Subject = strings.TrimSpace(item.Number + " " + document.TitleIn(item.Title, p.lang(r)))
		var versions []string
		for _, v := range item.Versions {
			versions = append(versions, p.text(r, "documents.version_no", "Version", v))
		}
		if len(versions) > 0 {
			line.Subject += p.text(r, "word.aside", "What", strings.Join(versions, p.text(r, "word.list")))
		}
	} else {
		line.Subject = strings.TrimSpace(item.Number + " " + p.in(r, item.Title))
	}
	if item.File != "" {
		line.Subject += p.text(r, "word.aside", "What", p.text(r, "changes.file_named", "Name", item.File))
	}
	if item.MayOpen {
		line.Href = map[bool]string{true: "/documents/", false: "/cases/"}[e.Type == ismskit.OpenedDocument] + item.ID
	}
}

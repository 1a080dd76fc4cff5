package web

import (
	"net/http"
	"strings"
)

// scopeTexts are what an export can be asked by, as the archive's page calls it.
var scopeTexts = map[string]string{
	"from": "scope.from", "to": "scope.to", "form": "scope.form", "number": "scope.number", "class": "scope.class", "system": "scope.system",
	"kind": "scope.kind", "unit": "scope.unit", "person": "scope.person", "state": "scope.state", "year": "scope.year", "q": "scope.text",
	"type": "scope.type", "origin": "scope.origin", "category": "scope.category",
}

// askedFor says on a line of the log of exports what was asked for: the one case, which it leads
// to, or by what the archive was asked.
func (p *Pages) askedFor(r *http.Request, line *changeLine, effects []string) {
	var asked []string
	for _, effect := range effects {
		key, value, _ := strings.Cut(effect, ": ")
		if key == "case" {
			line.Href = "/cases/" + value
			continue
		}
		if text, ok := scopeTexts[key]; ok {
			key = p.text(r, text)
		}
		asked = append(asked, key+p.text(r, "shell.colon")+value)
	}
	if len(asked) > 0 {
		line.Subject += p.text(r, "word.aside", "What", strings.Join(asked, p.text(r, "word.list")))
	}
}

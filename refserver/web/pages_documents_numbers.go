package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/print"
)

// nextNumbers says how a new document of each level would be numbered, "" where the house has no
// rules for it.
func (p *Pages) nextNumbers(r *http.Request) string {
	var said []string
	for level := 1; level <= 4; level++ {
		next, err := p.kit.Documents().Lists().NextNumbers(r.Context(), p.actor(r), level, "")
		p.renderer.logQuietly(r.Context(), "next numbers", err)
		for _, n := range next {
			if n.Number != "" {
				said = append(said, p.text(r, "documents.next_number", "Level", print.LevelName(p.lang(r), level), "Number", n.Number))
			}
		}
	}
	if len(said) == 0 {
		return ""
	}
	return p.text(r, "documents.next_numbers", "Numbers", strings.Join(said, p.text(r, "word.list")))
}

// unfitNumber says whether a filing was refused for a number that may be kept.
func unfitNumber(err error) bool {
	refusals, _ := document.AsRefusals(err)
	return slices.ContainsFunc(refusals, func(f *document.Refusal) bool { return f.Code == document.NumberTold })
}

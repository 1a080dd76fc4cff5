package web

import (
	"net/http"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// underWayWords are the texts that name a case which would undo another: a case says what
// to do, a list has no room for it.
type underWayWords struct{ extension, closure, same, unsent string }

var (
	underWayOnCase = underWayWords{"underway.extension", "underway.closure", "underway.same", "underway.unsent"}
	underWayOnList = underWayWords{"underway.row.extension", "underway.row.closure", "underway.row.same", "underway.row.unsent"}
)

// underWay names the cases that have not ended and would undo one, and where they stand.
func (p *Pages) underWay(r *http.Request, words underWayWords, all []ismskit.UnderWay) []linkLine {
	var out []linkLine
	for _, u := range all {
		line := linkLine{Text: p.underWayText(r, words, u)}
		if u.Case != "" {
			line.Href = "/cases/" + u.Case
		}
		out = append(out, line)
	}
	return out
}

func (p *Pages) underWayText(r *http.Request, words underWayWords, u ismskit.UnderWay) string {
	if u.Unsent && u.Kind != ismskit.ConcernSame {
		return p.text(r, words.unsent)
	}
	key, where := words.closure, record.Word(u.Word, p.lang(r))
	switch u.Kind {
	case ismskit.ConcernExtension:
		key = words.extension
	case ismskit.ConcernSame:
		key = words.same
	}
	if step := p.in(r, u.Step); step != "" {
		where = p.text(r, "underway.at", "State", where, "Step", step)
	}
	number := u.Number
	if number == "" {
		number = u.Type.Title.In(p.lang(r))
	}
	return p.text(r, key, "Number", number, "Where", where)
}

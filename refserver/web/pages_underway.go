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

// underWayLine names one case that would undo another, or several that ask for the same.
type underWayLine struct {
	linkLine
	Cases []linkLine
}

// underWayTogether is underWay for the page of a case, where several like requests stand on one
// line: eight of them would push what is to be done off the screen.
func (p *Pages) underWayTogether(r *http.Request, all []ismskit.UnderWay) []underWayLine {
	var same, others []ismskit.UnderWay
	for _, u := range all {
		if u.Kind == ismskit.ConcernSame {
			same = append(same, u)
		} else {
			others = append(others, u)
		}
	}
	if len(same) < 2 {
		same, others = nil, all
	}
	var out []underWayLine
	for _, line := range p.underWay(r, underWayOnCase, others) {
		out = append(out, underWayLine{linkLine: line})
	}
	if len(same) == 0 {
		return out
	}
	together := underWayLine{linkLine: linkLine{Text: p.text(r, "underway.same_several", "N", len(same))}}
	for _, u := range same {
		line := linkLine{Text: p.text(r, "underway.one", "Number", underWayNumber(u, p.lang(r)), "Where", p.underWayWhere(r, u))}
		if u.Case != "" {
			line.Href = "/cases/" + u.Case
		}
		together.Cases = append(together.Cases, line)
	}
	return append(out, together)
}

// underWayNumber is its number, or what it is called while it has none.
func underWayNumber(u ismskit.UnderWay, lang string) string {
	if u.Number == "" {
		return u.Type.Title.In(lang)
	}
	return u.Number
}

// underWayWhere is where it stands.
func (p *Pages) underWayWhere(r *http.Request, u ismskit.UnderWay) string {
	where := record.Word(u.Word, p.lang(r))
	if step := p.in(r, u.Step); step != "" {
		where = p.text(r, "underway.at", "State", where, "Step", step)
	}
	return where
}

func (p *Pages) underWayText(r *http.Request, words underWayWords, u ismskit.UnderWay) string {
	if u.Unsent && u.Kind != ismskit.ConcernSame {
		return p.text(r, words.unsent)
	}
	key := words.closure
	switch u.Kind {
	case ismskit.ConcernExtension:
		key = words.extension
	case ismskit.ConcernSame:
		key = words.same
	}
	return p.text(r, key, "Number", underWayNumber(u, p.lang(r)), "Where", p.underWayWhere(r, u))
}

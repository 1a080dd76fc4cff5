package web

import (
	"net/http"
	"strconv"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
)

// factLabels are the texts of what is said of a document.
var factLabels = map[string]string{
	ismskit.FactNumber: "documents.number", ismskit.FactTitle: "documents.name", ismskit.FactTitleEN: "documents.name_en", ismskit.FactLevel: "documents.level",
	ismskit.FactClass: "documents.class", ismskit.FactOwner: "documents.owner", ismskit.FactParent: "documents.parent", ismskit.FactRelations: "documents.fact_relations",
	ismskit.FactReview: "documents.next_review", ismskit.FactMonths: "documents.cycle", ismskit.FactNote: "documents.note",
}

// factSaid says what a correction changed: 名稱：甲 → 乙.
func (p *Pages) factSaid(r *http.Request, scale ismskit.Classes, f ismskit.DocumentFact) string {
	label, known := factLabels[f.Name]
	if !known { // of a later program
		return f.Name
	}
	what := p.text(r, label)
	if f.From == "" && f.To == "" {
		return p.text(r, "documents.fact_other", "What", what)
	}
	say := func(value string) string {
		n, err := strconv.Atoi(value)
		switch {
		case value == "":
			return p.text(r, "word.none")
		case err == nil && f.Name == ismskit.FactLevel:
			return print.LevelName(p.lang(r), n)
		case f.Name == ismskit.FactClass:
			return scale.Name(value, p.lang(r))
		case f.Name == ismskit.FactReview:
			return p.dayOf(r, isoDate(value))
		case err == nil && f.Name == ismskit.FactMonths:
			return p.text(r, "documents.months", "N", n)
		case f.Name == ismskit.FactOwner:
			return p.called(r, value)
		}
		return value
	}
	return p.text(r, "documents.fact", "What", what, "From", say(f.From), "To", say(f.To))
}

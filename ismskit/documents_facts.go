package ismskit

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/ismskit/document"
)

// What is said of a document, as the entry of a correction names it.
const (
	FactNumber    = "number"
	FactTitle     = "title"    // in zh-TW
	FactTitleEN   = "title_en" // in English
	FactLevel     = "level"    // 1 to 4
	FactClass     = "class"    // a row of the register classes, by its id
	FactOwner     = "owner"
	FactParent    = "parent"        // of which what it was and is isn't said: it names another document
	FactRelations = "relations"     // likewise
	FactReview    = "next_review"   // an ISO date
	FactMonths    = "review_months" // from one review to the next
	FactNote      = "note"
)

// DocumentFact is something said of a document that a correction changed.
type DocumentFact struct {
	Name     string // one of the Fact constants
	From, To string // "" where nothing was or is said, and of FactParent and FactRelations
}

// factsChanged is what a correction changed, for its entry on the trail.
func factsChanged(old, now document.Document) []Changed {
	var out []Changed
	add := func(name, from, to string) {
		if from != to {
			out = append(out, Changed{Name: name, From: from, To: to})
		}
	}
	add(FactNumber, old.Number, now.Number)
	add(FactTitle, old.Title["zh-TW"], now.Title["zh-TW"])
	add(FactTitleEN, old.Title["en"], now.Title["en"])
	add(FactLevel, strconv.Itoa(old.Level), strconv.Itoa(now.Level))
	add(FactClass, old.Class, now.Class)
	add(FactOwner, old.Owner, now.Owner)
	if old.Parent != now.Parent {
		out = append(out, Changed{Name: FactParent})
	}
	if len(old.Relations)+len(now.Relations) > 0 && !reflect.DeepEqual(old.Relations, now.Relations) {
		out = append(out, Changed{Name: FactRelations})
	}
	add(FactReview, old.NextReview, now.NextReview)
	if old.Months() != now.Months() {
		add(FactMonths, strconv.Itoa(old.Months()), strconv.Itoa(now.Months()))
	}
	add(FactNote, old.Note, now.Note)
	return slices.Clip(out)
}

// factsOf reads them again.
func factsOf(changes []Changed) []DocumentFact {
	var out []DocumentFact
	for _, c := range changes {
		from, _ := c.From.(string)
		to, _ := c.To.(string)
		out = append(out, DocumentFact{c.Name, from, to})
	}
	return out
}

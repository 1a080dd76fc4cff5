package catalog

import (
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/forms"
)

// Index is 「我要辦什麼」: what people want to get done, in their own words, and the
// form each leads to.
type Index struct {
	Title   forms.Text `json:"title"`
	Hint    forms.Text `json:"hint"`
	Entries []Entry    `json:"entries"`
}

// Entry is one thing to get done.
type Entry struct {
	Key string `json:"key"`
	// Type is the form type it opens, "" while there is none: then Planned is set
	// and a page shows it without a link.
	Type    string     `json:"type"`
	Planned bool       `json:"planned"`
	Urgent  bool       `json:"urgent"`
	Form    string     `json:"form"`    // number of the form in document control
	Minutes int        `json:"minutes"` // about how long filling it in takes
	Title   forms.Text `json:"title"`
	Time    forms.Text `json:"time"` // said instead of Minutes
	Hint    forms.Text `json:"hint"` // the way it goes
}

// Apply returns the index of what one can apply for. An entry that is not planned
// leads to a type of Types.
func Apply() (Index, error) {
	b, err := files.ReadFile("data/apply.json")
	if err != nil {
		return Index{}, err
	}
	var index Index
	if err := strictly(b, &index); err != nil {
		return Index{}, fmt.Errorf("catalog: apply.json: %w", err)
	}
	types, err := Types()
	if err != nil {
		return Index{}, err
	}
	var known []string
	for _, t := range types {
		if t.Offered {
			known = append(known, t.Key)
		}
	}
	for _, e := range index.Entries {
		if e.Planned != (e.Type == "") || !e.Planned && !slices.Contains(known, e.Type) {
			return Index{}, fmt.Errorf("catalog: apply.json: entry %s leads to no type on offer", e.Key)
		}
	}
	return index, nil
}

// Ready are the entries that lead to a form today, in order.
func (i Index) Ready() []Entry {
	return slices.DeleteFunc(slices.Clone(i.Entries), func(e Entry) bool { return e.Planned })
}

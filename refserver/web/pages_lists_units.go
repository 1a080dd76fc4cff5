package web

import (
	"net/http"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// unitMoves is what a unit has that goes on after its last day, as it is shown where that
// day and its successors are entered.
type unitMoves struct {
	// Ask: it is not saved yet, and is to be looked at first.
	Ask bool
	// Seen tells the day and successors that it was shown for, so that the page that comes
	// back is known to have shown them.
	Seen     string
	Sum      string
	Warnings []string
	Groups   []unitMoveGroup
}

// unitMoveGroup is what has the same becoming of it.
type unitMoveGroup struct {
	Title string
	Kinds []unitMoveKind
}

// unitMoveKind is what there is of one kind.
type unitMoveKind struct {
	Title string
	Items []unitMoveItem
}

// unitMoveItem is one thing of it; Href is "" where nothing is to be opened.
type unitMoveItem struct{ Name, Href string }

// endsUnit is the last day of a unit that is entered on a page, with what takes it over;
// false for any other row, and where no day is entered.
func endsUnit(e edited, values forms.Values) (ismskit.UnitEnd, bool) {
	last, _ := values["to"].(calendar.Date)
	if e.row.List != register.Units || e.page.New || last.IsZero() {
		return ismskit.UnitEnd{}, false
	}
	end := ismskit.UnitEnd{Unit: e.row.ID, Last: last}
	next, _ := values["successors"].([]forms.Ref)
	for _, ref := range next {
		end.Successors = append(end.Successors, ref.ID)
	}
	return end, true
}

// seenAs names an end in a page.
func seenAs(end ismskit.UnitEnd) string {
	day := strings.ReplaceAll(end.Last.String(), "-", "") // nobody reads it: dates that people read are Minguo
	return strings.Join(append([]string{day}, end.Successors...), " ")
}

// unitToShow says whether an end is to be looked at before it is saved: it is another than
// the one stored, and the page has not shown what moves with it.
func (p *Pages) unitToShow(r *http.Request, e edited, values forms.Values) (bool, error) {
	end, ok := endsUnit(e, values)
	if !ok || r.PostForm.Get("seen") == seenAs(end) {
		return false, nil
	}
	stored, err := p.kit.Registers().Fields(r.Context(), p.actor(r), e.row)
	if err != nil {
		return false, err
	}
	before, ended := endsUnit(e, stored)
	return !ended || seenAs(before) != seenAs(end), nil
}

// movesOf is what a unit has whose end is entered, nil for any other row.
func (p *Pages) movesOf(r *http.Request, e edited, values forms.Values, ask bool) (*unitMoves, error) {
	end, ok := endsUnit(e, values)
	if !ok {
		return nil, nil
	}
	found, err := p.kit.Queue().Held().OfUnit(r.Context(), p.actor(r), end)
	if err != nil {
		return nil, err
	}
	lang := p.lang(r)
	view := &unitMoves{Ask: ask, Seen: seenAs(end)}
	var sums []string
	for _, goes := range []ismskit.Going{ismskit.GoesAlong, ismskit.GoesByHand, ismskit.GoesWithPeople} {
		group := unitMoveGroup{Title: goes.Text().In(lang)}
		for _, m := range found.Moves {
			if m.Goes != goes {
				continue
			}
			kind := unitMoveKind{Title: p.howMany(r, m)}
			if goes != ismskit.GoesWithPeople {
				sums = append(sums, kind.Title)
			}
			for _, h := range m.Items {
				kind.Items = append(kind.Items, unitMoveItem{Name: h.Name.In(lang), Href: unitMoveHref(h)})
			}
			group.Kinds = append(group.Kinds, kind)
		}
		if len(group.Kinds) > 0 {
			view.Groups = append(view.Groups, group)
		}
	}
	name, day := found.Name.In(lang), p.dayText(r, found.Last)
	view.Sum = p.text(r, "units.moves_none", "Unit", name, "Day", day)
	if len(sums) > 0 {
		view.Sum = p.text(r, "units.moves_sum", "Unit", name, "Day", day, "What", strings.Join(sums, p.text(r, "word.list")))
	}
	view.Warnings = p.unfit(r, found.Successors, name)
	return view, nil
}

// howMany says how much there is of a kind, with the word by which it is counted.
func (p *Pages) howMany(r *http.Request, m ismskit.UnitMove) string {
	kind, n := m.Kind.Text().In(p.lang(r)), m.Count
	switch m.Kind {
	case ismskit.UnitHasCase, ismskit.UnitHasDecision, ismskit.UnitHasTask:
		return p.text(r, "units.count_cases", "Kind", kind, "N", n)
	case ismskit.UnitHasPerson:
		return p.text(r, "units.count_people", "Kind", kind, "N", n)
	case ismskit.UnitHasGrant, ismskit.UnitHasEntry:
		return p.text(r, "units.count_entries", "Kind", kind, "N", n)
	}
	return p.text(r, "units.count", "Kind", kind, "N", n)
}

// unfit says what is wrong with the units that are to take one over.
func (p *Pages) unfit(r *http.Request, next []ismskit.UnitSuccessor, name string) []string {
	if len(next) == 0 {
		return []string{p.text(r, "units.nobody", "Unit", name)}
	}
	var out []string
	for _, s := range next {
		other := s.Name.In(p.lang(r))
		switch s.Unfit {
		case ismskit.UnfitItself:
			out = append(out, p.text(r, "units.unfit_itself", "Unit", other))
		case ismskit.UnfitNotYet:
			out = append(out, p.text(r, "units.unfit_not_yet", "Unit", other))
		case ismskit.UnfitEnded, ismskit.UnfitUnknown:
			out = append(out, p.text(r, "units.unfit_ended", "Unit", other))
		}
	}
	return out
}

// unitMoveHref is where a thing that a unit has is looked at, and changed.
func unitMoveHref(h ismskit.Holding) string {
	switch to := enteredLists[h.List]; {
	case h.Case != "":
		return "/cases/" + h.Case
	case h.Kind == ismskit.UnitHasDocument:
		return "/documents/" + h.Row
	case h.List == register.Roles:
		return "/roles/" + h.Row
	case to != "":
		return to + "/" + h.Row
	}
	return ""
}

package ismskit

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// limits say which options that rows of registers own, such as the permission items
// of a system, cannot be asked for: those its owner has stopped, those meant for
// other units than the one that asks, or that the person of the row is in, those for
// people from outside alone, those for the organisation's own alone, and those given for a shorter period than is asked for. What a case on its way was sent with
// stays.
type limits struct {
	items map[forms.Need]map[string]limit
	kept  map[forms.Need][]string
	sent  []forms.Period // of a case on its way
	terms map[forms.Need]map[string]register.Item
	asks  directory.Holder            // who asks
	known map[string]directory.Holder // people the form names, by id
	above map[string][]string         // a unit with those above it
	about string                      // the column with the person a row is about
}

// limit is what holds for one option.
type limit struct {
	label   forms.Text
	stopped bool
	retired bool // a row of a list that is chosen itself
	units   []string
	names   forms.Text // of the units
	outside bool       // for people from outside alone
	staff   bool       // not for people from outside
}

// newLimits is what a case, or a form that is no case yet, may ask for.
func newLimits(c caseInHand, asks directory.Holder) *limits {
	l := &limits{items: map[forms.Need]map[string]limit{}, terms: map[forms.Need]map[string]register.Item{}, asks: asks, known: map[string]directory.Holder{}, above: map[string][]string{}}
	if c.kind == nil {
		return l
	}
	if len(c.kind.Facets.People) > 0 {
		path := c.kind.Facets.People[0]
		l.about = path[strings.LastIndexByte(path, '.')+1:]
	}
	if c.state.Phase != workflow.PhaseDraft {
		l.kept, l.sent = c.kind.form.Chosen(c.values), periodsIn(c.values)
	}
	return l
}

// note takes the options of a row with what limits them.
func (l *limits) note(ctx context.Context, k *Kit, tx Tx, n forms.Need, items []register.Item) error {
	limited, timed := map[string]limit{}, map[string]register.Item{}
	l.terms[n] = timed
	for _, item := range items {
		if !item.Longest.IsZero() || item.PeriodRequired {
			timed[item.Key] = item
		}
		if !item.Stopped && len(item.Units) == 0 && !item.ExternalsOnly && !item.StaffOnly || slices.Contains(l.kept[n], item.Key) {
			continue
		}
		one := limit{label: item.Label, stopped: item.Stopped, units: item.Units, outside: item.ExternalsOnly, staff: item.StaffOnly}
		if len(item.Units) > 0 {
			var err error
			if one.units, one.names, err = k.unitsOfItem(ctx, tx, item.Units); err != nil {
				return err
			}
		}
		limited[item.Key] = one
	}
	l.items[n] = limited
	if len(limited) == 0 {
		return nil
	}
	units := []string{l.asks.Unit}
	for _, h := range l.known {
		units = append(units, h.Unit)
	}
	return l.climb(ctx, k, tx, units)
}

// unitsOfItem are the units that an item is meant for with those that have taken over one
// that has ended, and the names of those that are left (U2).
func (k *Kit) unitsOfItem(ctx context.Context, tx Tx, ids []string) (all []string, names forms.Text, err error) {
	all, now := slices.Clone(ids), k.moment()
	var left []register.Row
	for i := 0; i < len(all); i++ {
		row, found, err := tx.Registers().Row(ctx, register.Units, all[i])
		if err != nil {
			return nil, nil, err
		}
		next, err := k.tookOver(row, found, now)
		if err != nil {
			return nil, nil, err
		}
		if found && len(next) == 0 {
			left = append(left, row)
		}
		for _, id := range next {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	names, err = k.titles(left)
	return all, names, err
}

// tookOver are the units that have taken over one which has ended by now, nil for one that
// has not.
func (k *Kit) tookOver(unit register.Row, found bool, now time.Time) ([]string, error) {
	if !found || unit.To.IsZero() || now.Before(unit.To) {
		return nil, nil
	}
	return k.lists.Successors(unit)
}

// climb notes which units lie above these, and above those that have taken one over.
func (l *limits) climb(ctx context.Context, k *Kit, tx Tx, units []string) error {
	for _, unit := range units {
		if l.above[unit] != nil || unit == "" {
			continue
		}
		chain := []string{unit}
		for i := 0; i < len(chain); i++ {
			row, found, err := tx.Registers().Row(ctx, register.Units, chain[i])
			if err != nil {
				return err
			}
			next, err := k.tookOver(row, found, k.moment())
			if err != nil {
				return err
			}
			for _, id := range append(next, parentOf(row)) {
				if id != "" && !slices.Contains(chain, id) {
					chain = append(chain, id)
				}
			}
		}
		l.above[unit] = chain
	}
	return nil
}

func parentOf(unit register.Row) string {
	for _, key := range unit.Keys {
		if id, ok := strings.CutPrefix(key, register.Key("parent", "")); ok {
			return id
		}
	}
	return ""
}

// titles are what rows are called, in every language.
func (k *Kit) titles(rows []register.Row) (forms.Text, error) {
	out := forms.Text{}
	for _, lang := range languages {
		names := make([]string, len(rows))
		for i, row := range rows {
			var err error
			if names[i], err = k.lists.Title(row, lang); err != nil {
				return nil, err
			}
		}
		out[lang] = strings.Join(names, say(lang, "comma", nil))
	}
	return out, nil
}

// refused says why an option cannot be asked for, beside what else its row says.
func (l *limits) refused(n forms.Need, option string, beside forms.Values) (forms.Text, bool) {
	one, limited := l.items[n][option]
	switch {
	case !limited:
		return nil, false
	case one.retired:
		return sayAll("option.retired", func(lang string) map[string]string { return map[string]string{"item": one.label.In(lang)} }), true
	case one.stopped:
		return sayAll("option.stopped", func(lang string) map[string]string { return map[string]string{"item": one.label.In(lang)} }), true
	}
	people := []directory.Holder{l.asks}
	p, named := beside[l.about].(forms.Person)
	if one.outside && named && p.Kind != forms.External {
		return sayAll("option.externals", func(lang string) map[string]string {
			return map[string]string{"item": one.label.In(lang), "who": l.nameOf(p)}
		}), true
	}
	if one.staff && named && p.Kind == forms.External {
		return sayAll("option.staff", func(lang string) map[string]string {
			return map[string]string{"item": one.label.In(lang), "who": l.nameOf(p)}
		}), true
	}
	if len(one.units) == 0 {
		return nil, false
	}
	if named && p.ID != "" {
		if h, known := l.known[p.ID]; known {
			people = append(people, h)
		}
	}
	for _, h := range people {
		if !slices.ContainsFunc(l.above[h.Unit], func(unit string) bool { return slices.Contains(one.units, unit) }) {
			return sayAll("option.units", func(lang string) map[string]string {
				return map[string]string{"item": one.label.In(lang), "units": one.names.In(lang), "who": h.Name, "unit": h.UnitName}
			}), true
		}
	}
	return nil, false
}

// nameOf is what a person on the form is called.
func (l *limits) nameOf(p forms.Person) string {
	if h, known := l.known[p.ID]; known {
		return h.Name
	}
	return p.Name
}

// sayAll is one text in every language.
func sayAll(key string, params func(lang string) map[string]string) forms.Text {
	out := forms.Text{}
	for _, lang := range languages {
		out[lang] = say(lang, key, params(lang))
	}
	return out
}

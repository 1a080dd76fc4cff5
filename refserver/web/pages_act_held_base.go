package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// What is kept of a task carries what stood in its fields when it was typed. It may be a week
// until it is gone on with, and whoever else fills in the same fields meanwhile must not be
// overwritten unseen: sent with the case's present revision, it would be no stale screen.
const (
	heldBase  = "held_base"  // the fields, as the form encodes them
	heldKnown = "held_known" // the keys of those of which it is known
)

// holdBase puts the fields of a task, as the page that was typed in had them, beside what was
// typed. Of a field that others had changed already it is not known.
func holdBase(fields url.Values, c ismskit.Case, t ismskit.MyTask, revision int64) {
	base, shown := forms.Values{}, shownIn(c, t)
	fields.Del(heldKnown)
	for _, key := range editKeys(t.Edit) {
		if changedAfter(c.Trail, revision, key) {
			continue
		}
		fields.Add(heldKnown, key)
		if v, ok := shown[key]; ok {
			base[key] = v
		}
	}
	fields.Set(heldBase, string(c.Form.EncodeJSON(base)))
}

// shownIn are the fields of a case as one of the reader's tasks shows them.
func shownIn(c ismskit.Case, t ismskit.MyTask) forms.Values {
	shown := c.Fields.Clone()
	maps.Copy(shown, t.Proposed)
	return shown
}

// editKeys are the fields and tables of which something may be edited.
func editKeys(paths []string) []string {
	var out []string
	for _, path := range paths {
		if key, _, _ := strings.Cut(path, "."); !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

func changedAfter(trail []ismskit.Entry, revision int64, key string) bool {
	return slices.ContainsFunc(trail, func(e ismskit.Entry) bool {
		return e.Revision > revision && slices.ContainsFunc(e.Changes, func(ch ismskit.Changed) bool {
			of, _, _ := strings.Cut(ch.Name, ".")
			return of == key
		})
	})
}

// broughtUp brings what was kept of a task up to the case as it is now: what he had left as
// it was is as others have changed it, and where both changed something he is told what
// stands there.
func (p *Pages) broughtUp(r *http.Request, c ismskit.Case, t ismskit.MyTask, h account.Held, a *attempt) error {
	mine, err := p.withNames(r, c.Form, a.filled.values)
	if err != nil {
		return err
	}
	shown := shownIn(c, t)
	base, unread := c.Form.Restore([]byte(first(h.Fields[heldBase]))) // another version's may not be readable
	for _, key := range editKeys(t.Edit) {
		differs := func(from, to forms.Values) []forms.Change {
			return slices.DeleteFunc(c.Form.Diff(from, to), func(ch forms.Change) bool { return !mayEdit(t.Edit, key, ch.Path) })
		}
		typed := forms.Values{}
		if v, ok := mine[key]; ok {
			typed[key] = v
		}
		others := differs(shown, c.Form.Merge(shown, typed))
		if len(unread) == 0 && slices.Contains(h.Fields[heldKnown], key) {
			before := shown.Clone()
			if delete(before, key); base[key] != nil {
				before[key] = base[key]
			}
			if len(differs(before, shown)) == 0 {
				continue
			}
			if len(differs(before, c.Form.Merge(before, typed))) == 0 && !slices.ContainsFunc(a.invalid, func(f forms.Fault) bool { return f.Field == key }) {
				a.takeOver(c.Form.ToText(shown, p.locale(r)), shown, key)
				continue
			}
		}
		now := c
		now.Fields = shown
		for _, ch := range others {
			a.held.Differs = append(a.held.Differs, p.otherLine(r, now, ch, mine))
		}
	}
	return nil
}

// mayEdit says whether a change of a field, a row or a cell is one that a step may make.
func mayEdit(edit []string, key, path string) bool {
	parts := strings.Split(path, ".")
	switch {
	case parts[0] != key:
		return false
	case slices.Contains(edit, key):
		return true
	}
	return len(parts) == 3 && slices.Contains(edit, key+"."+parts[2])
}

// takeOver lets a field stand as it is in the case.
func (a *attempt) takeOver(texts forms.Posted, values forms.Values, key string) {
	of := func(name string) bool { return name == key || strings.HasPrefix(name, key+".") }
	a.filled.posted, a.filled.values = maps.Clone(a.filled.posted), a.filled.values.Clone()
	maps.DeleteFunc(a.filled.posted, func(name string, _ []string) bool { return of(name) })
	for name, text := range texts {
		if of(name) {
			a.filled.posted[name] = text
		}
	}
	if delete(a.filled.values, key); values[key] != nil {
		a.filled.values[key] = values[key]
	}
}

package print

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// Acts are the entries of a trail that stand among the signatures (核章紀錄). What was kept
// without being sent is no act: it stays in the trail and is sealed with it, and what it
// changed is said where a returned form was sent again with it.
func Acts(trail []ismskit.Entry) []ismskit.Entry {
	var out, kept []ismskit.Entry
	for _, e := range trail {
		switch {
		case e.Verb == ismskit.VerbSave:
			kept = append(kept, e)
			continue
		case e.Verb == workflow.VerbSubmit:
			if e.Again && len(kept) > 0 {
				e = sentWith(kept, e)
			}
			kept = nil
		}
		out = append(out, e)
	}
	return out
}

// sentWith is a sending with what was changed and kept before it. A field that was changed
// several times is said once, and not at all where it came back to what it was.
func sentWith(kept []ismskit.Entry, sent ismskit.Entry) ismskit.Entry {
	var all []ismskit.Changed
	rows := map[string]forms.Text{}
	for _, e := range append(slices.Clone(kept), sent) {
		maps.Copy(rows, e.Rows)
		for _, ch := range e.Changes {
			if i := slices.IndexFunc(all, func(was ismskit.Changed) bool { return was.Name == ch.Name }); i >= 0 {
				all[i].To = ch.To
			} else {
				all = append(all, ch)
			}
		}
	}
	sent.Rows = rows
	sent.Changes = slices.DeleteFunc(wholeRows(all), func(ch ismskit.Changed) bool { return reflect.DeepEqual(ch.From, ch.To) })
	return sent
}

// wholeRows are changes with those of cells told by their row where that came as a whole, and
// left out where it went.
func wholeRows(all []ismskit.Changed) []ismskit.Changed {
	added, gone := map[string]map[string]any{}, map[string]bool{}
	for i, ch := range all {
		if strings.Count(ch.Name, ".") != 1 {
			continue
		}
		if row, ok := ch.To.(map[string]any); ok {
			added[ch.Name] = maps.Clone(row)
			all[i].To = added[ch.Name]
		} else if ch.To == nil {
			gone[ch.Name] = true
		}
	}
	return slices.DeleteFunc(all, func(ch ismskit.Changed) bool {
		at := strings.LastIndexByte(ch.Name, '.')
		if strings.Count(ch.Name, ".") != 2 {
			return false
		}
		row, column := added[ch.Name[:at]], ch.Name[at+1:]
		if row != nil && ch.To == nil {
			delete(row, column)
		} else if row != nil {
			row[column] = ch.To
		}
		return row != nil || gone[ch.Name[:at]]
	})
}

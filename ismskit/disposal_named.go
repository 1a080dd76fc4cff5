package ismskit

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ismskit/ismskit/ismskit/record"
)

// RecordNamed is how a record is named in DisposalNumber whose number tells it from no other: its number,
// if it has one that leaves room for it, and its id.
func RecordNamed(r record.Record) string {
	const room = 100
	if name := strings.TrimSpace(r.Number + " " + r.ID); utf8.RuneCountInString(name) <= room {
		return name
	}
	return r.ID
}

// idNamed is the id in such a name, "" in a number.
func idNamed(name string) string {
	at := strings.LastIndex(name, recordID(""))
	if at < 0 || at > 0 && name[at-1] != ' ' {
		return ""
	}
	return name[at:]
}

// whichOf are several records by their names, and what each is called.
func whichOf(records []record.Record) string {
	const most = 5
	var out []string
	for _, r := range records[:min(len(records), most)] {
		name := RecordNamed(r)
		if r.Subject != "" {
			name += "「" + clipped(r.Subject, 40) + "」"
		}
		out = append(out, name)
	}
	return strings.Join(out, "；")
}

// recordsNamed are the cases and execution records that the actor may read of some numbers or names.
func (k *Kit) recordsNamed(ctx context.Context, actor Actor, names []string) (map[string][]record.Record, error) {
	found := map[string][]record.Record{}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "" || strings.HasSuffix(n, "*") })
	for part := range slices.Chunk(names, 100) {
		numbers, ids := []string{}, []string{}
		for _, n := range part {
			if id := idNamed(n); id != "" {
				ids = append(ids, id)
			} else {
				numbers = append(numbers, n)
			}
		}
		for _, q := range []record.Query{{Numbers: numbers}, {IDs: ids}} {
			if len(q.Numbers)+len(q.IDs) == 0 {
				continue
			}
			q.Kinds, q.Limit = []string{RecordCase, RecordUpload}, 500
			q, err := Records{k}.rights(ctx, actor, q)
			if err != nil {
				return nil, err
			}
			page, err := k.recordPage(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, r := range page {
				for _, name := range []string{r.Number, r.ID, RecordNamed(r)} {
					if !slices.ContainsFunc(found[name], func(o record.Record) bool { return o.ID == r.ID }) {
						found[name] = append(found[name], r)
					}
				}
			}
		}
	}
	return found, nil
}

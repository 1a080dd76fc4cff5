package catalog

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// counted is how many of what somebody finds have each value.
func (o *office) counted(person string, q record.Query, by record.Facet) map[string]int {
	o.Helper()
	buckets, err := o.kit.Records().Count(o.ctx, o.as(person), q, by)
	must(o, err)
	out := map[string]int{}
	for _, b := range buckets {
		out[b.Value] = b.Count
	}
	return out
}

// B3.1: what is applied for, changed and signed in every module is in the archive in the moment
// in which it happens, without anybody filing it.
func TestB3_1RecordsOfAllModulesGatherByThemselves(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		before := o.counted("P09", record.Query{From: at(11, 23, 0, 0)}, record.ByForm)
		request, child := o.request("P13", "P12", "add", o.asks("l1", "S01", permissionOf(t, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: date(11, 24), To: date(12, 31)}))
		change := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", change.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", change.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.filed("P07", "C06", "教育訓練簽到", forms.Values{"kind": "attendance"})
		found, err := o.kit.Records().Query(o.ctx, o.as("P09"), record.Query{From: at(11, 23, 0, 0)})
		must(t, err)
		var ids, states []string
		for _, r := range found {
			ids, states = append(ids, strings.TrimPrefix(r.ID, "case/")), append(states, r.State)
		}
		for _, id := range []string{request, child, change.Case} {
			if !slices.Contains(ids, id) {
				t.Errorf("%s is not in the archive", id)
			}
		}
		if slices.Contains(states, "") {
			t.Errorf("states: %q", states)
		}
		if after := o.counted("P09", record.Query{From: at(11, 23, 0, 0)}, record.ByForm); after[procedure] == before[procedure] {
			t.Errorf("the version of the document is not in the archive: %v, then %v", before, after)
		}
	})
}

// B3.2, B3.3: records are grouped by the number of their document or form and by working year,
// each group as large as what is found in it.
func TestB3_2RecordsAreGroupedByFormNumberAndYear(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		for _, by := range []record.Facet{record.ByForm, record.ByYear} {
			groups := o.counted("P09", record.Query{}, by)
			if len(groups) < 2 {
				t.Fatalf("%s: %v", by, groups)
			}
			for key, n := range groups {
				if key == "" {
					continue
				}
				q := record.Query{Limit: 500}
				if by == record.ByForm {
					q.Forms = []string{key}
				} else {
					year, err := strconv.Atoi(key)
					must(t, err)
					q.Years = []int{year}
				}
				found, err := o.kit.Records().Query(o.ctx, o.as("P09"), q)
				must(t, err)
				if len(found) != n {
					t.Errorf("%s %s: %d are counted, %d found", by, key, n, len(found))
				}
			}
		}
	})
}

// B3.4, B3.9: every filter is crossed with every other, and with words of two characters: what
// is found is what each of them finds by itself.
func TestB3_4FiltersCross(t *testing.T) {
	o := openOffice(t, memory.New())
	o.filed("P07", "C10.S02", "公文系統弱點掃描", forms.Values{"kind": "report", "year": int64(114), "system": forms.Ref{List: "register/" + register.Systems, ID: "S02"}})
	o.filed("P07", "C06", "資安教育訓練", forms.Values{"kind": "attendance", "year": int64(115)})
	single := map[string]record.Query{
		"form": {Forms: []string{"IS-04-012"}}, "year": {Years: []int{115}}, "system": {Systems: []string{"S02"}}, "unit": {Units: []string{"U06"}},
		"person": {People: []string{"P13"}}, "state": {States: []string{record.StateApproved, record.StateClosed, record.StateKept}}, "class": {Classes: []string{ismskit.ClassInternal}},
		"origin": {Origins: []string{ismskit.OriginUploaded}}, "category": {Categories: []string{"C06", "C10.S02"}}, "kind": {DocKinds: []string{"attendance", "report"}},
		"days": {From: at(1, 1, 0, 0)}, "words": {Text: "系統"},
	}
	ids := func(q record.Query) (out []string) {
		q.Limit = 500
		found, err := o.kit.Records().Query(o.ctx, o.as("P09"), q)
		must(t, err)
		for _, r := range found {
			out = append(out, r.ID)
		}
		slices.Sort(out)
		return out
	}
	crossed := 0
	for a, qa := range single {
		of := ids(qa)
		if len(of) == 0 {
			t.Errorf("%s finds nothing", a)
		}
		for b, qb := range single {
			if a >= b {
				continue
			}
			var want []string
			for _, id := range ids(qb) {
				if slices.Contains(of, id) {
					want = append(want, id)
				}
			}
			if got := ids(both(qa, qb)); !slices.Equal(got, want) {
				t.Errorf("%s with %s: %v, want %v", a, b, got, want)
			}
			if len(want) > 0 {
				crossed++
			}
		}
	}
	if crossed < 15 {
		t.Errorf("only %d pairs find anything: the records are too few", crossed)
	}
}

// both is what two filters ask together.
func both(a, b record.Query) record.Query {
	for _, pair := range []struct{ to, from *[]string }{
		{&a.Forms, &b.Forms}, {&a.Systems, &b.Systems}, {&a.Units, &b.Units}, {&a.People, &b.People}, {&a.States, &b.States}, {&a.Classes, &b.Classes},
		{&a.Origins, &b.Origins}, {&a.Categories, &b.Categories}, {&a.DocKinds, &b.DocKinds},
	} {
		if *pair.from != nil {
			*pair.to = *pair.from
		}
	}
	if b.Years != nil {
		a.Years = b.Years
	}
	if b.Text != "" {
		a.Text = b.Text
	}
	if !b.From.IsZero() {
		a.From = b.From
	}
	return a
}

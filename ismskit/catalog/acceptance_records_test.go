package catalog

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
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

// B3.2: records are grouped by the number of their document or form, and by working year, group as large as what is found in it.
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

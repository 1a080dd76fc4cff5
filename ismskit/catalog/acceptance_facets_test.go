package catalog

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// B3.3: within a document or form records are grouped by working year, which is told as the house
// counts years; what is moved to another year is in the group of that year.
func TestB3_3RecordsAreGroupedByDocumentAndWorkingYear(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		of := func(year int64) forms.Values {
			return forms.Values{"year": year, "document": forms.Ref{List: "document", ID: o.doc(procedure).ID}}
		}
		ofIt := record.Query{Forms: []string{procedure}}
		before := o.counted("P09", ofIt, record.ByYear)
		moved := o.filed("P07", "C06", "弱點掃描報告", of(113))
		o.filed("P07", "C06", "帳號清查結果", of(113))
		o.filed("P07", "C06", "備份還原測試", of(114))
		years := o.counted("P09", ofIt, record.ByYear)
		if years["113"] != before["113"]+2 || years["114"] != before["114"]+1 {
			t.Errorf("by year: %v, before %v", years, before)
		}
		must(t, o.kit.Records().SetYear(o.ctx, o.as("P07"), ismskit.YearChange{Record: "case/" + moved, Year: 114, Reason: "誤植"}))
		if after := o.counted("P09", ofIt, record.ByYear); after["113"] != years["113"]-1 || after["114"] != years["114"]+1 {
			t.Errorf("after one was moved: %v, before %v", after, years)
		}
		for form := range o.counted("P09", record.Query{}, record.ByForm) {
			for year, n := range o.counted("P09", record.Query{Forms: []string{form}}, record.ByYear) {
				y, err := strconv.Atoi(year)
				must(t, err)
				found, err := o.kit.Records().Find(o.ctx, o.as("P09"), record.Query{Forms: []string{form}, Years: []int{y}, Limit: 500})
				must(t, err)
				if len(found.Records) != n {
					t.Errorf("%s of %s: %d are counted, %d found", form, year, n, len(found.Records))
				}
				for _, r := range found.Records {
					row := print.RecordsRow(forms.Locale{Lang: "zh-TW", Location: taipei}, found, r)
					if at := slices.Index(print.RecordsHeadings("zh-TW"), "作業年度"); at < 0 || row[at] != year || y > 115 {
						t.Errorf("%s of %s reads %v", form, year, row)
					}
				}
			}
		}
	})
}

// filters is one query for each condition by which the archive can be asked, by its field.
func (o *office) filters(of string) map[string]record.Query {
	o.Helper()
	found, err := o.kit.Records().Query(o.ctx, ismskit.System("test"), record.Query{IDs: []string{of}})
	must(o, err)
	all, err := o.kit.Records().Query(o.ctx, ismskit.System("test"), record.Query{Limit: 500})
	must(o, err)
	q := map[string]record.Query{
		"Kinds": {Kinds: []string{ismskit.RecordUpload, ismskit.RecordRow}}, "Numbers": {Numbers: []string{"REC-*", "IS-04-*"}}, "Forms": {Forms: []string{"IS-04-012", procedure}}, "Types": {Types: []string{TypeAccountRequest, TypeExecutionRecord}},
		"Years": {Years: []int{113, 115}}, "Systems": {Systems: []string{"S02", "S01"}}, "Units": {Units: []string{"U06", "U03"}}, "People": {People: []string{"P13", "P07"}},
		"States": {States: []string{record.StateApproved, record.StateClosed, record.StateKept}}, "Without": {Without: []string{record.StateKept}},
		"Classes": {Classes: []string{ismskit.ClassInternal}}, "Origins": {Origins: []string{ismskit.OriginUploaded}}, "Categories": {Categories: []string{"C06", "C10"}},
		"DocKinds": {DocKinds: []string{"attendance", "report"}}, "Files": {Files: found[0].Files}, "From": {From: at(11, 23, 0, 0)}, "To": {To: at(11, 23, 0, 0)}, "Text": {Text: "系統"},
	}
	ids := []string{of}
	for i, r := range all {
		if len(r.Editions) > 0 {
			q["Editions"] = record.Query{Editions: r.Editions}
		}
		if r.Parent != "" {
			q["Parent"] = record.Query{Parent: r.Parent}
		}
		if i%2 == 0 {
			ids = append(ids, r.ID)
		}
	}
	q["IDs"] = record.Query{IDs: ids}
	beside := []string{"ACLs", "All", "Reader", "Also", "After", "Limit", "Within", "Oldest"} // rights, pages and their order
	for i := range reflect.TypeFor[record.Query]().NumField() {
		name := reflect.TypeFor[record.Query]().Field(i).Name
		if _, known := q[name]; known == slices.Contains(beside, name) {
			o.Errorf("%s is a condition, and is not tried", name)
		}
	}
	return q
}

// both is what two conditions ask together.
func both(a, b record.Query) record.Query {
	to, from := reflect.ValueOf(&a).Elem(), reflect.ValueOf(b)
	for i := range to.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return a
}

// counts is how often each value of a property occurs in what somebody found.
func counts(found []record.Record, by record.Facet) map[string]int {
	out := map[string]int{}
	for _, r := range found {
		values := map[record.Facet][]string{
			record.ByForm: {r.Form}, record.ByType: {r.Type}, record.BySystem: slices.Compact(slices.Sorted(slices.Values(r.Systems))), record.ByUnit: {r.Unit}, record.ByPerson: {r.Person},
			record.ByState: {r.State}, record.ByClass: {r.Class}, record.ByOrigin: {r.Origin}, record.ByDocKind: {r.DocKind}, record.ByYear: {strconv.Itoa(r.Year)}, record.ByAll: {""},
		}[by]
		for _, v := range values {
			if by == record.ByAll || v != "" && v != "0" {
				out[v]++
			}
		}
	}
	if by == record.ByAll && len(found) == 0 {
		out[""] = 0
	}
	return out
}

// B3.4, B3.9: every condition is crossed with every other. What somebody finds is what each finds
// by itself as far as he may read it, and no count and no value that he could choose says more.
func TestB3_4EveryConditionCrossesEveryOtherForEveryReader(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		system := func(id string) forms.Ref { return forms.Ref{List: "register/" + register.Systems, ID: id} }
		secret := o.filed("P07", "C06", "鸚鵡螺系統稽核", forms.Values{
			"kind": "report", "year": int64(113), "system": system("S02"), "only": true, "people": []forms.Person{{Kind: forms.InDirectory, ID: "P04"}},
		})
		o.filed("P07", "C10.S02", "公文系統弱點掃描", forms.Values{"kind": "report", "year": int64(114), "system": system("S02"), "people": []forms.Person{{Kind: forms.InDirectory, ID: "P13"}}})
		o.filed("P07", "C06", "資安教育訓練", forms.Values{"kind": "attendance", "year": int64(115)})
		single := o.filters("case/" + secret)
		pages := func(actor ismskit.Actor, q record.Query) (out []record.Record) {
			q.Limit = 500
			out, err := o.kit.Records().Query(o.ctx, actor, q)
			must(t, err)
			return out
		}
		ids := func(found []record.Record) (out []string) {
			for _, r := range found {
				out = append(out, r.ID)
			}
			return out
		}
		within := func(found []record.Record, in []string) []record.Record {
			return slices.DeleteFunc(slices.Clone(found), func(r record.Record) bool { return !slices.Contains(in, r.ID) })
		}
		everything := map[string][]string{} // what each condition finds by itself
		for name, q := range single {
			if everything[name] = ids(pages(ismskit.System("test"), q)); len(everything[name]) == 0 {
				t.Errorf("%s finds nothing", name)
			}
		}
		crossed, kept := 0, 0
		for _, person := range []string{"P09", "P13"} { // who reads everything, and a clerk, for whom conditions are crossed
			mine := pages(o.as(person), record.Query{})
			if slices.Contains(ids(mine), "case/"+secret) != (person == "P09") {
				t.Fatalf("%s and what is secret: %v", person, ids(mine))
			}
			for a, qa := range single {
				some := within(mine, everything[a])
				kept += len(everything[a]) - len(some)
				if got := pages(o.as(person), qa); !slices.Equal(ids(got), ids(some)) {
					t.Errorf("%s by %s: %v, want %v", person, a, ids(got), ids(some))
				}
				for by := range facetsCrossed {
					if got, want := o.counted(person, qa, by), counts(some, by); !reflect.DeepEqual(got, want) {
						t.Errorf("%s by %s counts by %q %v, want %v", person, a, by, got, want)
					}
				}
				for b, qb := range single {
					if a >= b || person == "P09" {
						continue
					}
					want := within(some, everything[b])
					if got := pages(o.as(person), both(qa, qb)); !slices.Equal(ids(got), ids(want)) {
						t.Errorf("%s by %s with %s: %v, want %v", person, a, b, ids(got), ids(want))
					}
					if len(want) > 0 {
						crossed++
					}
				}
			}
			for category, n := range o.counted(person, record.Query{}, record.ByCategories) {
				if got := pages(o.as(person), record.Query{Categories: []string{category}}); len(got) != n {
					t.Errorf("%s counts %d in %s and finds %d", person, n, category, len(got))
				}
			}
		}
		if crossed < 50 || kept < 20 {
			t.Errorf("%d pairs find anything, %d are kept from whoever may not see them: the records are too few", crossed, kept)
		}
	})
}

// facetsCrossed are what is counted by, beside the tree of categories.
var facetsCrossed = map[record.Facet]bool{
	record.ByAll: true, record.ByForm: true, record.ByType: true, record.BySystem: true, record.ByUnit: true, record.ByPerson: true, record.ByState: true, record.ByClass: true,
	record.ByOrigin: true, record.ByDocKind: true, record.ByYear: true,
}

// B3.9: kind of document, form type, application system, person and words of two characters are
// asked together; what is counted beside each choice is what choosing otherwise would find, and
// what somebody may not read is in none of it.
func TestB3_9KindsTypesSystemsAndTwoCharactersAreAskedTogether(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		file := func(name, kind, system string, readers ...string) {
			t.Helper()
			v := forms.Values{"kind": kind, "system": forms.Ref{List: "register/" + register.Systems, ID: system}, "only": true, "people": []forms.Person{}}
			var people []forms.Person
			for _, id := range readers {
				people = append(people, forms.Person{Kind: forms.InDirectory, ID: id})
			}
			v["people"] = people
			o.filed("P07", "C06", name, v)
		}
		file("雲豹弱點掃描", "report", "S02", "P13", "P04")
		file("雲豹教育訓練", "attendance", "S02", "P13", "P04")
		file("雲豹滲透測試", "report", "S03", "P13", "P04")
		file("雲豹密件稽核", "minutes", "S01", "P04")
		q := record.Query{Text: "雲豹", DocKinds: []string{"report"}, Types: []string{TypeExecutionRecord}, Systems: []string{"S02"}, People: []string{"P07"}, Years: []int{115}, From: time.Date(2026, 11, 23, 0, 0, 0, 0, taipei)}
		for person, want := range map[string]struct {
			kinds, systems string
			filed          map[string]string
		}{
			"P13": {"attendance 1, report 1", "S02 1, S03 1", map[string]string{"C06": "教育訓練"}}, // which he reads by this record alone
			"P04": {"attendance 1, report 1", "S02 1, S03 1", map[string]string{"C06": "教育訓練", "C01": "ISMS 文件與紀錄"}},
			"P12": {},
		} {
			found, err := o.kit.Records().Find(o.ctx, o.as(person), q, record.ByDocKind, record.ByType, record.BySystem, record.ByPerson, record.ByClass, record.ByCategories)
			must(t, err)
			for by, want := range map[record.Facet]string{record.ByDocKind: want.kinds, record.BySystem: want.systems} {
				if got := inWords(found.Counts[by]); got != want {
					t.Errorf("%s by %s: %q, want %q", person, by, got, want)
				}
			}
			if person == "P12" {
				if len(found.Records) != 0 || len(found.TypeNames) != 0 || len(found.CategoryNames) != 0 {
					t.Errorf("P12 finds %v", found)
				}
				continue
			}
			if len(found.Records) != 1 || found.Records[0].Subject != "雲豹弱點掃描" {
				t.Errorf("%s finds %v", person, found.Records)
			}
			if got := inWords(found.Counts[record.ByType]); got != TypeExecutionRecord+" 1" || found.TypeNames[TypeExecutionRecord]["zh-TW"] != "執行紀錄" {
				t.Errorf("%s by type %q, %v", person, got, found.TypeNames)
			}
			filed := map[string]string{}
			for _, b := range found.Counts[record.ByCategories] {
				filed[b.Value] = found.CategoryNames[b.Value]["zh-TW"]
			}
			if !maps.Equal(filed, want.filed) || len(found.CategoryNames) != len(filed) {
				t.Errorf("%s by category %v, %v", person, filed, found.CategoryNames)
			}
			if owners := found.Counts[record.ByPerson]; len(owners) != 1 || owners[0].Value != "P07" || owners[0].Label != "溫佩真" {
				t.Errorf("%s by person %v", person, owners)
			}
			if got := inWords(found.Counts[record.ByClass]); got != ismskit.ClassInternal+" 1" {
				t.Errorf("%s by class %q", person, got)
			}
		}
		listed, err := o.kit.Records().Export(o.ctx, o.as("P13"), q, nil)
		must(t, err)
		if row := print.RecordsRow(forms.Locale{Lang: "zh-TW", Location: taipei}, listed, listed.Records[0]); strings.Join(row[11:14], " ") != "教育訓練 報告 公文系統" {
			t.Errorf("as a line of a list: %q", row)
		}
		// A category that has ended is called as it was.
		o.setTo(register.Categories, "C01", "to", date(11, 23))
		o.runTo(at(11, 24, 9, 0))
		found, err := o.kit.Records().Find(o.ctx, o.as("P04"), q, record.ByCategories)
		if must(t, err); inWords(found.Counts[record.ByCategories]) != "C01 1, C06 1" || found.CategoryNames["C01"]["zh-TW"] != "ISMS 文件與紀錄" {
			t.Errorf("%v called %v", found.Counts[record.ByCategories], found.CategoryNames)
		}
		for person, n := range map[string]int{"P13": 3, "P04": 4, "P12": 0} {
			if got := o.counted(person, record.Query{Text: "雲豹"}, record.ByAll)[""]; got != n {
				t.Errorf("%s counts %d by two characters, not %d", person, got, n)
			}
		}
	})
}

// inWords writes counts in the order of their values.
func inWords(counted []record.Bucket) string {
	var out []string
	for _, b := range counted {
		out = append(out, b.Value+" "+strconv.Itoa(b.Count))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

func category(id string) forms.Ref { return forms.Ref{List: "register/" + register.Categories, ID: id} }

// filing is an execution record with one file, with other fields as they are given.
func (o *office) filing(person, cat, name string, with forms.Values) (ismskit.Receipt, error) {
	o.Helper()
	f, err := o.kit.Files().Upload(o.ctx, o.as(person), name+".txt", strings.NewReader(name+"：與會人員一致同意。"))
	must(o, err)
	v := forms.Values{"category": category(cat), "subject": name, "kind": "minutes", "files": []forms.File{f}}
	maps.Copy(v, with)
	return o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: TypeExecutionRecord, Values: v, Submit: true})
}

func (o *office) filed(person, cat, name string, with forms.Values) string {
	o.Helper()
	r, err := o.filing(person, cat, name, with)
	must(o, err)
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	return r.Case
}

// finds are the subjects of what somebody finds, newest first, as often as they are counted.
func (o *office) finds(person string, q record.Query) string {
	o.Helper()
	found, err := o.kit.Records().Query(o.ctx, o.as(person), q)
	must(o, err)
	all, err := o.kit.Records().Count(o.ctx, o.as(person), q, record.ByAll)
	must(o, err)
	if len(all) != 1 || all[0].Count != len(found) {
		o.Errorf("%s counts %v of %d", person, all, len(found))
	}
	var names []string
	for _, r := range found {
		names = append(names, r.Subject)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// B3.5, B3.9: an execution record is filed with its files under a category, is kept at once,
// and is found by category, kind, year, document, system, and by what its files say.
func TestB3_5AnExecutionRecordIsFiledAndFound(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		doc := o.doc(procedure)
		id := o.filed("P07", "C03", "內部稽核起始會議", forms.Values{
			"year": int64(114), "document": forms.Ref{List: "document", ID: doc.ID}, "system": forms.Ref{List: "register/" + register.Systems, ID: "S02"},
			"original": "資訊室檔案櫃 3，溫佩真",
		})
		c, err := o.kit.Case(o.ctx, o.as("P07"), id)
		must(t, err)
		if c.Word != record.StateKept || c.Number == "" || len(c.Faults) != 0 {
			t.Errorf("filed as %s %s, %v", c.Word, c.Number, c.Faults)
		}
		o.filed("P07", "C06", "教育訓練簽到", forms.Values{"kind": "attendance"})
		for what, q := range map[string]record.Query{
			"category": {Categories: []string{"C03"}}, "kind": {DocKinds: []string{"minutes"}}, "origin": {Origins: []string{ismskit.OriginUploaded}, Years: []int{114}},
			"document": {Forms: []string{procedure}, Kinds: []string{ismskit.RecordUpload}}, "system": {Systems: []string{"S02"}, Kinds: []string{ismskit.RecordUpload}},
			"words of the file": {Text: "一致同意", Categories: []string{"C03"}}, "two characters": {Text: "起始", Kinds: []string{ismskit.RecordUpload}},
			"where the original is": {Text: "檔案櫃"},
		} {
			if got := o.finds("P07", q); got != "內部稽核起始會議" {
				t.Errorf("by %s: %q", what, got)
			}
		}
		kinds, err := o.kit.Records().Count(o.ctx, o.as("P07"), record.Query{Kinds: []string{ismskit.RecordUpload}}, record.ByDocKind)
		must(t, err)
		if len(kinds) != 2 || kinds[0].Value != "attendance" || kinds[0].Count != 1 {
			t.Errorf("kinds %v", kinds)
		}
		// Filed under another year later, with an entry.
		must(t, o.kit.Records().SetYear(o.ctx, o.as("P07"), ismskit.YearChange{Record: "case/" + id, Year: 115, Reason: "誤植"}))
		if got := o.finds("P07", record.Query{Years: []int{115}, Categories: []string{"C03"}}); got != "內部稽核起始會議" {
			t.Errorf("under the year it was moved to: %q", got)
		}
	})
}

// B3.6, B3.7: who reads what is filed follows the category, also when its rights change
// afterwards; an officer names further readers, or only these.
func TestB3_7TheCategorySaysWhoReads(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		person := func(id string) forms.Values {
			return forms.Values{"people": []forms.Person{{Kind: forms.InDirectory, ID: id}}}
		}
		plain := o.filed("P07", "C04", "外部稽核報告", nil)
		o.filed("P07", "C04", "改善計畫", person("P13"))
		only := person("P13")
		only["only"] = true
		secret := o.filed("P07", "C04", "訪談紀錄", only)
		o.filed("P07", "C05", "管理審查會議", nil)
		q := record.Query{Kinds: []string{ismskit.RecordUpload}}
		for who, want := range map[string]string{
			"P02": "外部稽核報告 改善計畫",             // 資安長, named by the category
			"P13": "改善計畫 訪談紀錄",               // named by the records
			"P06": "外部稽核報告 改善計畫",             // of the group that the category names
			"P10": "",                        // nobody names him
			"P07": "外部稽核報告 改善計畫 管理審查會議 訪談紀錄", // maintains all of them, and filed the last
			"P09": "外部稽核報告 改善計畫 管理審查會議 訪談紀錄", // reads everything
		} {
			if got := o.finds(who, q); got != want {
				t.Errorf("%s finds %q, not %q", who, got, want)
			}
			buckets, err := o.kit.Records().Count(o.ctx, o.as(who), q, record.ByCategories)
			must(t, err)
			n, at := 0, "C01" // all is filed below one category
			if who == "P13" { // which is none of his: he has what he reads counted where it lies
				at = "C04"
				if len(buckets) != 1 {
					t.Errorf("%s learns of %v", who, buckets)
				}
			}
			if i := slices.IndexFunc(buckets, func(b record.Bucket) bool { return b.Value == at }); i >= 0 {
				n = buckets[i].Count
			}
			if n != len(strings.Fields(want)) {
				t.Errorf("%s counts %v by category", who, buckets)
			}
		}
		for who, ok := range map[string]bool{"P02": false, "P13": true, "P10": false, "P09": true} {
			_, err := o.kit.Case(o.ctx, o.as(who), secret)
			if (err == nil) != ok || err != nil && !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("%s opens what only P13 may read: %v", who, err)
			}
		}
		// Its rights no longer come from above, and others are named.
		row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Categories, "C04")
		must(t, err)
		v, err := o.kit.Registers().Fields(o.ctx, loading, row)
		must(t, err)
		v = v.Clone()
		v["alone"] = true
		delete(v, "read_people")
		delete(v, "read_groups")
		v["read_units"] = []forms.Ref{{List: "register/" + register.Units, ID: "U02"}}
		_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Categories, ID: "C04", Seen: row.Revision, Values: v, Reason: "改由秘書室查閱"})
		must(t, err)
		if got := o.finds("P02", q); got != "" {
			t.Errorf("P02, no longer named, finds %q", got)
		}
		if got := o.finds("P10", q); got != "外部稽核報告 改善計畫" {
			t.Errorf("P10 of the unit named now finds %q", got)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P02"), plain); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("P02 still opens it: %v", err)
		}
	})
}

// B3.7: who maintains nothing is not offered the form; who maintains one category files in no
// other.
func TestB3_7OnlyWhoMaintainsACategoryFilesInIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		offered := func(person string) bool {
			types, err := o.kit.Types().List(o.ctx, o.as(person))
			must(t, err)
			return slices.ContainsFunc(types, func(i ismskit.TypeInfo) bool { return i.Key == TypeExecutionRecord })
		}
		if offered("P13") || !offered("P10") || !offered("P07") {
			t.Errorf("offered to P13 %v, P10 %v, P07 %v", offered("P13"), offered("P10"), offered("P07"))
		}
		if _, err := o.filing("P13", "C03", "自行上傳", nil); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P13 files: %v", err)
		}
		if _, err := o.filing("P10", "C03", "自行上傳", nil); !refusedAt(err, "category") {
			t.Errorf("P10 files elsewhere: %v", err)
		}
		if _, err := o.filing("P07", "C03", "明年", forms.Values{"year": int64(120)}); !refusedAt(err, "year") {
			t.Errorf("a year that has not begun: %v", err)
		}
		o.filed("P10", "C10.S02", "公文系統備份還原紀錄", nil)
		if got := o.finds("P10", record.Query{Systems: []string{"S02"}, Kinds: []string{ismskit.RecordUpload}}); got != "公文系統備份還原紀錄" {
			t.Errorf("by the system of its category: %q", got)
		}
	})
}

// B3.8: an application system has a category of its own from the day on which it is entered,
// kept by its owner, and called as it is called.
func TestB3_8ASystemHasACategoryByItself(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		name := func(id string) string {
			row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Categories, id)
			if errors.Is(err, ismskit.ErrNotFound) {
				return ""
			}
			must(t, err)
			v, err := o.kit.Registers().Fields(o.ctx, loading, row)
			must(t, err)
			text, _ := v["name"].(string)
			return text
		}
		if got := name("C10.S02"); got != "公文系統" {
			t.Errorf("公文系統 has %q", got)
		}
		put := func(list, id string, change func(forms.Values)) {
			t.Helper()
			v, seen := forms.Values{}, int64(0)
			if row, _, err := o.kit.Registers().Get(o.ctx, loading, list, id); err == nil {
				seen = row.Revision
				if v, err = o.kit.Registers().Fields(o.ctx, loading, row); err != nil {
					t.Fatal(err)
				}
				v = v.Clone()
			}
			change(v)
			_, err := o.kit.Registers().Put(o.ctx, o.as("P05"), ismskit.RowChange{List: list, ID: id, Seen: seen, Values: v, Reason: "異動"})
			must(t, err)
		}
		put(register.Systems, "S02", func(v forms.Values) { v["name"] = "公文管理系統" })
		put(register.Systems, "S77", func(v forms.Values) {
			v["name"], v["kind"], v["owner"] = "場地預約系統", "應用系統", forms.Ref{List: "register/" + register.People, ID: "P13"}
		})
		if got := name("C10.S02"); got != "公文管理系統" {
			t.Errorf("renamed, it is called %q", got)
		}
		if got := name("C10.S77"); got != "場地預約系統" {
			t.Errorf("the new one has %q", got)
		}
		o.filed("P13", "C10.S77", "年度盤點", nil)
		if got := o.finds("P13", record.Query{Categories: []string{"C10.S77"}}); got != "年度盤點" {
			t.Errorf("its owner finds %q", got)
		}
		var faults int
		err := o.l.cfg.Store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			heads, err := tx.Trail().Heads(ctx, ismskit.HeadQuery{Chain: "list/categories/C10.S77"})
			faults = 1 - len(heads)
			return err
		})
		if err != nil || faults != 0 {
			t.Errorf("no entry tells of it: %v", err)
		}
	})
}

// B3.6: a category lies below no category that lies below it.
func TestB3_6ACategoryIsNotBelowItself(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		for _, parent := range []string{"C02", "C03"} {
			row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Categories, "C02")
			must(t, err)
			v, err := o.kit.Registers().Fields(o.ctx, loading, row)
			must(t, err)
			v = v.Clone()
			v["parent"] = category(parent)
			_, err = o.kit.Registers().Put(o.ctx, o.as("P07"), ismskit.RowChange{List: register.Categories, ID: "C02", Seen: row.Revision, Values: v, Reason: "移動"})
			if !refusedAt(err, "parent") {
				t.Errorf("below %s: %v", parent, err)
			}
		}
	})
}

// Who filed the wrong thing takes it back with a reason: it stays on record, is read by him, by who
// filed it and by who reads all, and found by them when they look for it, but stands in no list that
// nobody narrowed. Others who read its category learn no more of it: it may have been wrong that they did.
func TestAnExecutionRecordIsTakenBackByWhoMaintainsItsCategory(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		wrong := o.filed("P07", "C04", "外部稽核報告誤傳", nil)
		o.filed("P07", "C04", "外部稽核報告", nil)
		q := record.Query{Kinds: []string{ismskit.RecordUpload}}
		retract := ismskit.Action{Verb: ismskit.VerbRetract, Comment: "誤傳其他機關報告"}
		before, err := o.kit.Case(o.ctx, o.as("P07"), wrong)
		must(t, err)
		if i := slices.IndexFunc(before.Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbRetract }); i < 0 || !before.Others[i].Reason {
			t.Errorf("who filed it is offered %v", before.Others)
		}
		for who, want := range map[string]error{"P02": ismskit.ErrForbidden, "P10": ismskit.ErrNotFound} {
			if _, err := o.kit.Act(o.ctx, o.as(who), wrong, retract); !errors.Is(err, want) {
				t.Errorf("by %s: %v", who, err)
			}
		}
		if c, err := o.kit.Case(o.ctx, o.as("P02"), wrong); err != nil || slices.ContainsFunc(c.Others, func(a ismskit.OtherAct) bool { return a.Verb == ismskit.VerbRetract }) {
			t.Errorf("who only reads it is offered %v: %v", c.Others, err)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), wrong, ismskit.Action{Verb: ismskit.VerbRetract}); !refusedAt(err, ismskit.FieldComment) {
			t.Errorf("without a reason: %v", err)
		}
		o.act("P07", wrong, retract)
		for _, who := range []string{"P02", "P07"} {
			if got := o.finds(who, q); got != "外部稽核報告" {
				t.Errorf("%s lists %q", who, got)
			}
		}
		searched, state := q, q
		searched.Text, state.States = "誤傳", []string{record.StateRetracted}
		if got, said := o.finds("P07", searched), o.finds("P07", state); got != "外部稽核報告誤傳" || said != got {
			t.Errorf("who looks for it finds %q, by its state %q", got, said)
		}
		if got, said := o.finds("P02", searched), o.finds("P02", state); got != "" || said != "" {
			t.Errorf("who read it before finds %q, by its state %q", got, said)
		}
		c, err := o.kit.Case(o.ctx, o.as("P07"), wrong)
		must(t, err)
		last := c.Trail[len(c.Trail)-1]
		if c.Word != record.StateRetracted || len(c.Faults) != 0 || len(c.Files) != 1 || last.Verb != ismskit.VerbRetract || last.Comment != retract.Comment || last.By.Person != "P07" {
			t.Errorf("read: %s, %d files, %+v", c.Word, len(c.Files), last)
		}
		if c.Retracted == nil || c.Retracted.Reason != retract.Comment || !c.Retracted.At.Equal(last.At) {
			t.Errorf("taken back: %+v", c.Retracted)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P02"), wrong); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("who read it before still reads it: %v", err)
		}
		if _, _, err := o.kit.Files().Open(o.ctx, o.as("P02"), wrong, c.Files[0].Digest); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("and has its file: %v", err)
		}
		found, err := o.kit.Records().Find(o.ctx, o.as("P07"), q, record.ByState)
		must(t, err)
		if !slices.ContainsFunc(found.Counts[record.ByState], func(b record.Bucket) bool { return b.Value == record.StateRetracted && b.Count == 1 }) {
			t.Errorf("by state %v", found.Counts)
		}
		if _, err := o.kit.Act(o.ctx, o.as("P07"), wrong, retract); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("twice: %v", err)
		}
		o.l.everyChainHolds(t)
	})
}

// B3.4: a request that is returned, and sent again in January, stays in the year in which it was filed: only
// who changes the year, with a reason, changes it.
func TestB3_4ARequestThatIsSentAgainStaysInItsYear(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		sent, err := o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: TypeAccountRequest, Values: o.account(), Submit: true})
		must(t, err)
		c, err := o.kit.Case(o.ctx, o.as("P13"), sent.Case)
		must(t, err)
		o.act(c.Flow.Open()[0].Holder.Named[0].Person, sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		o.runTo(time.Date(2027, 1, 4, 9, 0, 0, 0, taipei))
		later := forms.Values{"lines": []forms.Row{o.asks("row1", "S01", permissionOf(o.T, o.kit, "S01"), forms.Person{Kind: forms.InDirectory, ID: "P13"}, forms.Period{From: calendar.Date{Year: 2027, Month: 1, Day: 5}, To: calendar.Date{Year: 2027, Month: 6, Day: 30}})}}
		for range 2 {
			o.act("P13", sent.Case, ismskit.Action{Verb: workflow.VerbSubmit, Values: later})
			if c, err = o.kit.Case(o.ctx, o.as("P13"), sent.Case); err != nil || c.Year != 115 {
				t.Fatalf("filed under %d, %v", c.Year, err)
			}
			if got := o.finds("P13", record.Query{Numbers: []string{c.Number}, Years: []int{115}}); got == "" {
				t.Error("not found in its year")
			}
			o.act(c.Flow.Open()[0].Holder.Named[0].Person, sent.Case, ismskit.Action{Verb: workflow.VerbReturn, Comment: "請補說明"})
		}
	})
}

package ismskit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// hiringVersion are the types of a request for people, and of its rows, in a version, with
// changes of what they are written as.
func hiringVersion(t *testing.T, version string, change func(src string) string) (request, row ismskit.Type) {
	t.Helper()
	var out []ismskit.Type
	for _, typ := range hiringTypes(t, "what") {
		body, err := json.Marshal(typ)
		if err != nil {
			t.Fatal(err)
		}
		src := strings.ReplaceAll(string(body), `"version":"1"`, `"version":"`+version+`"`)
		if change != nil {
			src = change(src)
		}
		if typ, err = ismskit.ParseType([]byte(src)); err != nil {
			t.Fatal(err)
		}
		out = append(out, typ)
	}
	return out[0], out[1]
}

// hires sends a request with one row, which is being handled, and then publishes types.
func (o *office) hires(o1 ismskit.Opening, before, after []ismskit.Type) (request string) {
	o.t.Helper()
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, before...) })
	o1.Type, o1.Submit = "hiring", true
	person := "P13"
	if o1.Applicant != "" {
		person = "P04"
	}
	line := forms.Row{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}
	for key, value := range o1.Values {
		line[key] = value
	}
	o1.Values = forms.Values{"what": "補實職缺", "reason": "前任停職", "lines": []forms.Row{line}}
	r, err := o.kit.Open(o.ctx, o.as(person), o1)
	if err != nil {
		o.t.Fatal(err)
	}
	o.act("P11", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.extend(func(c *ismskit.Config) {
		c.Types = append(c.Types, append(slices.Clone(before), after...)...)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
	})
	return r.Case
}

// rowStays says why the only row there is stays on its version, by preview and act.
func (o *office) rowStays() (row string, because []string) {
	o.t.Helper()
	lines := o.migration(ismskit.MigrationQuery{Type: "hiring_row"}).Cases
	if len(lines) != 1 {
		o.t.Fatalf("rows %+v", lines)
	}
	for _, text := range lines[0].Stands {
		because = append(because, text.In("zh-TW"))
	}
	r := o.migrate(ismskit.Migrate{Type: "hiring_row", Reason: "修訂", Cases: []ismskit.MigrateItem{{Case: lines[0].Case, Revision: lines[0].Revision}}})[0]
	refused, is := errors.AsType[*ismskit.Stays](r.Err)
	if is != (len(because) > 0) || is && !slices.Equal(refused.In("zh-TW"), because) {
		o.t.Errorf("the preview says %q, the act %v", because, r.Err)
	}
	return lines[0].Case, because
}

func (o *office) staysFor(because []string, part string) {
	o.t.Helper()
	if !slices.ContainsFunc(because, func(why string) bool { return strings.Contains(why, part) }) {
		o.t.Errorf("it stays because of %q, not of %q", because, part)
	}
}

// Who looks after a system that only the other version files by reads nothing he did not read.
func TestNobodyReadsMoreByWhatAnotherVersionFilesBy(t *testing.T) {
	filed := func(facets string) func(string) string {
		return func(src string) string {
			field := func(key string) string {
				return `{"key":"` + key + `","type":"ref","params":{"of":"register","list":"systems"},"label":{"zh-TW":"系統"}},`
			}
			src = strings.Replace(src, `{"key":"job"`, field("sys")+field("other")+`{"key":"job"`, 1)
			return strings.Replace(src, `"subject":"job"`, `"subject":"job","facets":{"systems":[`+facets+`]}`, 1)
		}
	}
	for facets, part := range map[string]string{`"sys","other"`: "得以調閱", `"sys"`: ""} {
		_, row1 := hiringVersion(t, "1", filed(`"sys"`))
		request1, _ := hiringVersion(t, "1", filed(""))
		request2, row2 := hiringVersion(t, "2", filed(facets))
		o := openOffice(t, nil)
		o.hires(ismskit.Opening{Values: forms.Values{"sys": ref("systems", "S01"), "other": ref("systems", "S04")}},
			[]ismskit.Type{request1, row1}, []ismskit.Type{request2, row2})
		row, why := o.rowStays()
		if part == "" {
			if len(why) > 0 {
				t.Errorf("filed by the same systems it stays because of %q", why)
			}
		} else {
			o.staysFor(why, part)
		}
		if _, err := o.kit.Case(o.ctx, o.as("P06"), row); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("who looks after the other system reads the row: %v", err)
		}
	}
}

// What a request hides from its head stands in no subject that its rows get by another version.
func TestARowShowsNothingThatItsRequestHides(t *testing.T) {
	request1, row1 := hiringVersion(t, "1", nil)
	request2, row2 := hiringVersion(t, "2", func(src string) string {
		return strings.Replace(src, `"subject":"job"`, `"subject":"{job} {grade}"`, 1)
	})
	open := *request2.Flow.Root.Sequence[0].Step
	open.Hide = nil
	request2.Flow.Root.Sequence[0].Step = &open
	o := openOffice(t, nil)
	id := o.hires(ismskit.Opening{}, []ismskit.Type{request1, row1}, []ismskit.Type{request2, row2})
	_, why := o.rowStays()
	o.staysFor(why, "會顯示對部分人員不顯示的內容")
	for _, row := range o.read("P11", id).Rows {
		if strings.Contains(row.Title+row.Case.Subject, "玖等") {
			t.Errorf("the head reads %q, %q", row.Title, row.Case.Subject)
		}
	}
}

// Nor does whoever filled a request in, or goes on with it, decide by which rules its rows are
// handled.
func TestNobodyMovesTheRowsOfHisOwnRequest(t *testing.T) {
	request1, row1 := hiringVersion(t, "1", nil)
	request1.Writers = []string{"organisation/security_officer"}
	request2, row2 := hiringVersion(t, "2", nil)
	next := []ismskit.Type{request2, row2}
	o := openOffice(t, nil)
	o.hires(ismskit.Opening{Applicant: "P13"}, []ismskit.Type{request1, row1}, next)
	_, why := o.rowStays()
	o.staysFor(why, "請由其他人辦理轉用")

	o = openOffice(t, nil)
	id := o.hires(ismskit.Opening{}, []ismskit.Type{request1, row1}, next)
	request := o.stored(id)
	var extra map[string]any
	if err := json.Unmarshal(request.Extra, &extra); err != nil {
		t.Fatal(err)
	}
	extra["heir"] = map[string]any{"person": "P04", "name": "吳佩珊"}
	body, err := json.Marshal(extra)
	if err != nil {
		t.Fatal(err)
	}
	request.Extra, request.Revision = body, request.Revision+1
	if err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, request, nil, nil) }); err != nil {
		t.Fatal(err)
	}
	_, why = o.rowStays()
	o.staysFor(why, "請由其他人辦理轉用")

	o = openOffice(t, nil)
	o.hires(ismskit.Opening{}, []ismskit.Type{request1, row1}, next)
	if _, why := o.rowStays(); len(why) > 0 {
		t.Errorf("somebody else's row stays because of %q", why)
	}
}

// What keeps a case is looked at, however little else is another.
func TestWhatOtherwiseKeepsACase(t *testing.T) {
	serial := func(src string) string {
		return strings.Replace(src, `"fields":[`, `"fields":[{"key":"no","type":"serial","pattern":"X-{n:3}","label":{"zh-TW":"登記號"}},`, 1)
	}
	same := func(*ismskit.Type) {}
	for name, c := range map[string]struct {
		form   func(string) string
		change func(*ismskit.Type)
		steps  []string
		part   string
	}{
		"nothing":                  {nil, same, nil, ""},
		"a number in the form":     {serial, same, nil, "另給編號"},
		"no number of its own":     {nil, func(typ *ismskit.Type) { typ.Number = nil }, nil, "另給編號"},
		"the number of its form":   {nil, func(typ *ismskit.Type) { typ.FormNo = "IS-2" }, nil, "得代理的人員會跟著改變"},
		"its module":               {nil, func(typ *ismskit.Type) { typ.Module = "access" }, nil, "得代理的人員會跟著改變"},
		"whether its deadlines go": {nil, func(typ *ismskit.Type) { typ.KeepDeadlines = !typ.KeepDeadlines }, nil, "行事曆改版"},
		"a term": {nil, same, []string{memoHead, strings.Replace(memoChief, `"2wd"`, `"20d"`, 1)},
			"「局長」正在辦理或仍可取回，新版流程的辦理期限不同"},
		"a hidden field that is gone": {nil, func(typ *ismskit.Type) {
			typ.Form.Fields = slices.DeleteFunc(slices.Clone(typ.Form.Fields), func(f forms.Field) bool { return f.Key == "note" })
		}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			head := in(memoHead, `"hide":["note"]`)
			if strings.Contains(name, "gone") {
				head = memoHead
			}
			v1 := memoVersion(t, "1", nil, in(memoHead, `"hide":["note"]`), memoChief)
			if c.steps == nil {
				c.steps = []string{memoHead, memoChief}
			}
			c.steps[0] = head
			v2 := memoVersion(t, "2", c.form, c.steps...)
			c.change(&v2)
			o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
			id := o.memo()
			if head != memoHead { // else his signature would rest on another form
				o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
			}
			o = o.publishes(v1, v2)
			why := o.stays(id)
			if c.part == "" {
				if len(why) > 0 {
					t.Errorf("it stays because of %q", why)
				}
				return
			}
			o.staysFor(why, c.part)
		})
	}
}

// Every member of a type is decided on, as every member of a step is.
func TestEveryMemberOfATypeIsDecidedOn(t *testing.T) {
	// h: held against what was, whole or where it matters; f: the new version's at once.
	const decided = `Key:h Version:f Title:f FormNo:h Edition:f Issued:f Module:h Class:h Number:h Offered:f Openers:f
		Writers:f Subject:h SubjectIn:h RowTitle:h WorkList:h Facets:h Closing:h Derived:h Proposed:f Paper:f PaperOf:h Oral:h
		Handover:h DocumentChange:h Reading:h Lends:h Disposes:h Filing:h Imported:h Once:f Correct:h KeepDeadlines:h Minutes:f Form:h Flow:h`
	var is, want []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[ismskit.Type]()) {
		is = append(is, f.Name)
	}
	for _, m := range strings.Fields(decided) {
		name, _, _ := strings.Cut(m, ":")
		want = append(want, name)
	}
	if !slices.Equal(is, want) {
		t.Errorf("a type has %v; decided on are %v", is, want)
	}
}

// Counting and looking stop: a page goes on where the one before ended, also where it found
// nothing.
func TestAMigrationLooksAtSoManyCasesAtOnce(t *testing.T) {
	v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", nil, memoHead, memoChief, memoOfficer)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1, v2) })
	newer := o.memo()
	o = o.publishes(v1, v2)
	pattern := o.stored(newer)
	insert := func(n int, version string, from time.Time) {
		t.Helper()
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			for i := range n {
				row := pattern
				row.ID, row.Revision, row.Version = fmt.Sprintf("%s-%05d", version, i), 1, version
				row.State = []byte(strings.Replace(string(row.State), "memo@2", "memo@"+version, 1))
				row.Created = from.Add(-time.Duration(i) * time.Second)
				if err := tx.Cases().Insert(ctx, row, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	insert(ismskit.MaxMigrationCount+1, "1", pattern.Created.Add(-24*time.Hour))
	m := o.migration(ismskit.MigrationQuery{Type: "memo", Limit: 2})
	want := []ismskit.VersionInUse{{Version: "2", Cases: 1}, {Version: "1", Cases: ismskit.MaxMigrationCount, More: true}}
	if !slices.Equal(m.Versions, want) || m.Partly || len(m.Cases) != 2 || !m.More || m.NextID != m.Cases[1].Case {
		t.Errorf("%+v, partly %v, %d cases, more %v after %s", m.Versions, m.Partly, len(m.Cases), m.More, m.NextID)
	}
	if types := o.migration(ismskit.MigrationQuery{}).Types; len(types) != 1 || types[0].Cases != ismskit.MaxMigrationCount || !types[0].More {
		t.Errorf("types %+v", types)
	}

	// So many newer ones that a page has none of the older version, and goes on.
	insert(ismskit.MaxUnendedSeen, "2", pattern.Created.Add(-time.Second))
	m = o.migration(ismskit.MigrationQuery{Type: "memo"})
	if len(m.Cases) != 0 || !m.More || m.NextID == "" || !m.Partly || len(m.Versions) != 1 || !m.Versions[0].More {
		t.Fatalf("%+v, partly %v, %d cases, more %v", m.Versions, m.Partly, len(m.Cases), m.More)
	}
	if all := o.migration(ismskit.MigrationQuery{}); len(all.Types) != 0 || !all.Partly {
		t.Errorf("types %+v, partly %v", all.Types, all.Partly)
	}
	m = o.migration(ismskit.MigrationQuery{Type: "memo", After: m.Next, AfterID: m.NextID})
	if len(m.Cases) != ismskit.MaxMigrated || m.Cases[0].Case != "1-00000" || !m.More || m.NextID != m.Cases[ismskit.MaxMigrated-1].Case {
		t.Errorf("the page after it: %d cases, more %v after %s", len(m.Cases), m.More, m.NextID)
	}
	last := pattern.Created.Add(-24*time.Hour - (ismskit.MaxMigrationCount-1)*time.Second)
	m = o.migration(ismskit.MigrationQuery{Type: "memo", After: last, AfterID: fmt.Sprintf("1-%05d", ismskit.MaxMigrationCount-1)})
	if len(m.Cases) != 1 || m.More || m.NextID != "" {
		t.Errorf("the last page: %+v, more %v after %s", m.Cases, m.More, m.NextID)
	}
}

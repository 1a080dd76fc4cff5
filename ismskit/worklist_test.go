package ismskit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// shown is what the list of somebody's handling says of each row.
func (o *office) shown(person string) []string {
	o.t.Helper()
	todos, err := o.kit.Tasks(o.ctx, o.as(person), ismskit.TodoFilter{Kinds: []string{string(workflow.KindHandle)}, Rows: true})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, t := range todos {
		if t.Row == nil {
			out = append(out, "-")
			continue
		}
		var cells []string
		for _, path := range t.Row.Paths {
			cells = append(cells, t.Row.Form.Format(path, t.Row.Fields[path], forms.Locale{Lang: "zh-TW", Location: time.UTC}))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}

// reads counts how often a store is read.
type reads struct {
	ismskit.Store
	n int
}

func (r *reads) View(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	r.n++
	return r.Store.View(ctx, fn)
}

// Whoever handles rows sees of each what its type declares: who is to get what, where.
// However many they are, they are read at once.
func TestTheWorkListShowsWhatTheTypeDeclares(t *testing.T) {
	store := &reads{Store: memory.New()}
	o := openOffice(t, store)
	handed := func(rows int) int {
		values := threeRows()
		lines := make([]forms.Row, rows)
		for i := range lines {
			lines[i] = line(fmt.Sprintf("row%d", i), "S01", person("P13"))
		}
		values["lines"] = lines
		c := o.apply("P13", values)
		o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		before := store.n
		if got := o.shown("P05"); len(got) < rows {
			t.Errorf("%d rows shown of %d", len(got), rows)
		}
		return store.n - before
	}
	few := handed(1)
	if got := o.shown("P05"); len(got) != 1 || !strings.HasPrefix(got[0], "AD 帳號|鍾明哲|") || !strings.Contains(got[0], "|account-row0|115.12.01") {
		t.Errorf("shown %q", got)
	}
	if many := handed(40); many != few {
		t.Errorf("one row takes %d reads, 41 take %d", few, many)
	}
	// The options of a register's row have their names.
	todos, err := o.kit.Tasks(o.ctx, o.as("P05"), ismskit.TodoFilter{Rows: true, Limit: 1})
	if err != nil || len(todos) != 1 {
		t.Fatal(todos, err)
	}
	need := forms.Need{Kind: forms.NeedOptions, List: register.Systems, ID: "S01", Field: "items"}
	if options, ok := todos[0].Row.Names.Options(need); !ok || len(options) != 2 || options[0].Label.In("zh-TW") != "一般使用者" {
		t.Errorf("options %+v", options)
	}
	// Who has nothing to do with a module is not shown its list.
	for person, want := range map[string]int{"P05": 2, "P13": 1} {
		if lists, err := o.kit.Types().Lists(o.ctx, o.as(person)); err != nil || len(lists) != want || want == 2 && lists[1].Title.In("zh-TW") != "到期未停用" {
			t.Errorf("lists of %s: %+v %v", person, lists, err)
		}
	}
	for list, want := range map[string]int{"": 41, "ended": 0} {
		if got, err := o.kit.Tasks(o.ctx, o.as("P05"), ismskit.TodoFilter{Lists: []string{list}}); err != nil || len(got) != want {
			t.Errorf("list %q has %d, %v", list, len(got), err)
		}
	}
}

// What is classified is read in the case, where its opening is noted.
func TestTheWorkListSaysNothingOfWhatIsClassified(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) {
		types := hiringTypes(t, "what")
		types[1].WorkList = &ismskit.WorkList{Columns: []ismskit.Column{{Label: forms.Text{"zh-TW": "職務"}, Fields: []string{"job"}}}}
		types[0].Class, types[1].Class = ismskit.ClassConfidential, ismskit.ClassConfidential
		c.Types = append(c.Types, types...)
	})
	values := forms.Values{"what": "補實職缺", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}}}
	c := o.open("P13", "hiring", values, true)
	o.act("P11", c.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	if got := o.shown("P05"); len(got) != 1 || got[0] != "-" {
		t.Errorf("shown %q", got)
	}
}

// A work list that its form does not carry is refused before the office begins.
func TestAWorkListIsCheckedWhenItsTypeIs(t *testing.T) {
	label := forms.Text{"zh-TW": "職務"}
	for want, list := range map[string]ismskit.WorkList{
		"there are no columns":                         {},
		"column 1 has no label":                        {Columns: []ismskit.Column{{Fields: []string{"job"}}}},
		"column 1 names no field":                      {Columns: []ismskit.Column{{Label: label}}},
		`column 2: the form has no field "jbo"`:        {Columns: []ismskit.Column{{Label: label, Fields: []string{"job"}}, {Label: label, Fields: []string{"jbo"}}}},
		`a column of work_list shows "reason"`:         {Columns: []ismskit.Column{{Label: label, Fields: []string{"job", "reason"}}}},
		`a column of work_list shows "grade"`:          {Columns: []ismskit.Column{{Label: label, Fields: []string{"grade"}}}},
		`list "x": a list of its own has a name and`:   {List: "x", Columns: []ismskit.Column{{Label: label, Fields: []string{"job"}}}},
		`list "ended" is titled otherwise by type gra`: {List: "ended", Title: label, Columns: []ismskit.Column{{Label: label, Fields: []string{"job"}}}},
	} {
		types := hiringTypes(t, "what")
		types[1].WorkList = &list
		ready, err := catalog.Types()
		if err != nil {
			t.Fatal(err)
		}
		_, err = ismskit.New(ismskit.Config{Store: memory.New(), Types: append(ready, types...), Hooks: catalog.Hooks()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	types := hiringTypes(t, "what")
	types[0].WorkList = &ismskit.WorkList{Columns: []ismskit.Column{{Label: label, Fields: []string{"lines"}}}}
	if _, err := ismskit.New(ismskit.Config{Store: memory.New(), Types: types}); err == nil || !strings.Contains(err.Error(), `"lines" is a table, which fits no column`) {
		t.Errorf("a table: %v", err)
	}
}

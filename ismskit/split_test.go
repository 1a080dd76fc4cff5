package ismskit_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// removal is a request of two tables, each row a case of its own: what is to be carried
// and what is to be wired; beside them somebody looks the whole over, and may return it.
// Who carries is done only with what is heavy; the rest needs nobody and ends at once.
func removal(t *testing.T) []ismskit.Type {
	t.Helper()
	const table = `{"key":"%s","type":"table","label":{"zh-TW":"品項"},"max_rows":400,"fields":[{"key":"what","type":"text","label":{"zh-TW":"品名"},"required":true}]}`
	const step = `{"step":{"id":"%s","name":{"zh-TW":"%s"},"kind":"%s","who":[{"kind":"person","ids":["%s"]}],"return_to":["applicant"]}}`
	split := func(over string) string {
		return fmt.Sprintf(`{"split":{"id":"%[1]s_rows","name":{"zh-TW":"分項辦理"},"over":"%[1]s","type":"%[1]s_row"}}`, over)
	}
	check := fmt.Sprintf(step, "check", "會同檢視", "review", "P11")
	after := fmt.Sprintf(step, "sweep", "清掃", "review", "P06")
	row := func(key, flow string) string {
		return fmt.Sprintf(`{"key":"%[1]s_row","version":"1","title":{"zh-TW":"品項"},"subject":"what",
			"form":{"key":"%[1]s_row","version":"1","title":{"zh-TW":"品項"},"fields":[{"key":"what","type":"text","label":{"zh-TW":"品名"}}]},
			"flow":{"key":"%[1]s_row","version":"1","child":true,"root":%[2]s}}`, key, flow)
	}
	handle := fmt.Sprintf(step, "handle", "辦理", "review", "P05")
	var out []ismskit.Type
	for _, text := range []string{
		fmt.Sprintf(`{"key":"removal","version":"1","title":{"zh-TW":"搬遷申請"},"offered":true,"subject":"subject","number":{"pattern":"MV-{roc}-{n:3}"},
			"form":{"key":"removal","version":"1","title":{"zh-TW":"搬遷申請"},"fields":[{"key":"subject","type":"text","label":{"zh-TW":"主旨"},"required":true},%s,%s]},
			"flow":{"key":"removal","version":"1","root":{"parallel":{"id":"both","branches":[{"sequence":[%s,%s]},%s,%s],"join":{"kind":"all"}}}}}`,
			fmt.Sprintf(table, "carry"), fmt.Sprintf(table, "wire"), split("carry"), after, split("wire"), check),
		row("carry", `{"choice":{"id":"heavy","cases":[{"when":"what == '書櫃'","then":`+handle+`}]}}`),
		row("wire", handle),
	} {
		typ, err := ismskit.ParseType([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, typ)
	}
	return out
}

func items(name string, n int) []forms.Row {
	rows := make([]forms.Row, n)
	for i := range rows {
		rows[i] = forms.Row{forms.RowID: "row" + strconv.Itoa(i), "what": name}
	}
	return rows
}

func (o *office) removal(carry, wire []forms.Row) string {
	o.t.Helper()
	return o.open("P13", "removal", forms.Values{"subject": "三樓搬至五樓", "carry": carry, "wire": wire}, true).Case
}

// standsAt are the open steps of a request, and how many rows of it are open.
func (o *office) standsAt(id string, open int, steps ...string) {
	o.t.Helper()
	c := o.read("P13", id)
	var got []string
	for _, t := range c.Flow.Open() {
		got = append(got, t.Step)
	}
	if fmt.Sprint(got) != fmt.Sprint(steps) || c.Children != open {
		o.t.Errorf("%s stands at %v with %d rows open, want %v and %d", id, got, c.Children, steps, open)
	}
}

// all approves every task of a type's rows.
func (o *office) all(person string) {
	o.t.Helper()
	for _, todo := range o.todo(person) {
		o.act(person, todo.Case, ismskit.Action{Verb: workflow.VerbApprove})
	}
	o.settle()
}

// Rows with nobody to do anything end the moment they open, and the request goes on.
func TestRowsThatNeedNobodyEndAtOnce(t *testing.T) {
	eachStoreWith(t, removal(t), func(t *testing.T, o *office) {
		id := o.removal(items("紙箱", 2), items("網路線", 1))
		o.settle()
		o.standsAt(id, 1, "check", "sweep")
		o.all("P05")
		o.all("P06")
		o.all("P11")
		if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeDone || c.Children != 0 {
			t.Errorf("ended as %q with %d rows open", c.Flow.Outcome, c.Children)
		}
	})
}

// The rows of one table do not wait for those of another: each goes on when its own
// have ended, and the list says how many of all have.
func TestTwoTablesDoNotWaitForEachOther(t *testing.T) {
	eachStoreWith(t, removal(t), func(t *testing.T, o *office) {
		id := o.removal(items("書櫃", 2), items("網路線", 2))
		o.settle()
		o.standsAt(id, 4, "check")
		done := func(want string) {
			t.Helper()
			lines, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
			if err != nil || len(lines) != 1 {
				t.Fatalf("%d lines, %v", len(lines), err)
			}
			if got := fmt.Sprint(lines[0].Done, " of ", lines[0].Of); got != want {
				t.Errorf("%s rows have ended, want %s", got, want)
			}
		}
		done("0 of 4")
		n := 0
		for _, todo := range o.todo("P05") {
			if todo.Subject == "書櫃" {
				o.act("P05", todo.Case, ismskit.Action{Verb: workflow.VerbApprove})
				n++
			}
		}
		if n != 2 {
			t.Fatalf("%d bookcases", n)
		}
		o.settle()
		o.standsAt(id, 2, "check", "sweep")
		done("0 of 2")
		o.all("P05")
		o.standsAt(id, 0, "check", "sweep")
	})
}

// A request that is returned before its rows were opened, or when some were, and is
// sent again, waits for none of the former round.
func TestARequestReturnedWhileItsRowsOpen(t *testing.T) {
	eachStoreWith(t, removal(t), func(t *testing.T, o *office) {
		for _, opened := range []bool{false, true} {
			id := o.removal(items("書櫃", 2), items("網路線", 1))
			if opened {
				o.settle()
				o.standsAt(id, 3, "check")
			}
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補樓層"})
			o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit})
			o.settle()
			o.standsAt(id, 3, "check")
			if n := len(o.todo("P05")); n != 3 {
				t.Errorf("opened before: %t: %d rows to do, want those of the second round", opened, n)
			}
			o.all("P05")
			o.standsAt(id, 0, "check", "sweep")
			o.all("P06")
			o.all("P11")
			if c := o.read("P13", id); c.Flow.Outcome != workflow.OutcomeDone {
				t.Errorf("opened before: %t: ended as %q", opened, c.Flow.Outcome)
			}
		}
	})
}

// More rows than a list has on a page, in two tables: none is forgotten.
func TestARequestOfSixHundredRows(t *testing.T) {
	o := openOffice(t, nil, removal(t)...)
	id := o.removal(items("紙箱", 400), append(items("網路線", 1), items("線槽", 201)[1:]...))
	o.settle()
	o.standsAt(id, 201, "check", "sweep")
	if n := len(o.read("P13", id).Rows); n != 601 {
		t.Errorf("the request shows %d rows", n)
	}
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請減列"})
	o.settle()
	if c := o.read("P13", id); c.Children != 0 || len(o.todo("P05")) != 0 {
		t.Errorf("after the return %d rows are open", c.Children)
	}
}

// When the last row has ended, and the queue has not gone on yet, whose turn it is next
// learns just that, and not that the task is somebody else's; a moment later he acts.
// Before, and to those who may not know of the case, it is no different from ever.
func TestWhoComesBeforeTheQueueHasGoneOn(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", oneRow())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		confirm := func(person string) error {
			_, err := o.kit.Act(o.ctx, o.as(person), sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
			return err
		}
		if err := confirm("P13"); !errors.Is(err, workflow.ErrNotAssigned) {
			t.Errorf("while its row is being handled: %v", err)
		}
		o.act("P05", o.todo("P05")[0].Case, ismskit.Action{Verb: workflow.VerbRecord, Result: "opened", Values: forms.Values{"given_account": "qh150013"}})
		if err := confirm("P13"); !errors.Is(err, workflow.ErrMovingOn) {
			t.Errorf("when its row has ended: %v", err)
		}
		if err := confirm("P18"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("to somebody else: %v", err)
		}
		o.settle()
		if err := confirm("P13"); err != nil {
			t.Errorf("when the queue has gone on: %v", err)
		}
	})
}

package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// K14: a record that stands in a list for disposal on its way is in no second one: who puts it on one is
// told while he drafts it, and refused when he sends it, with the other's number if he may read that one.
func TestK14ARecordStandsInOneListForDisposalAtATime(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		request, _, filed, numbers := overdueOffice(t, o)
		first, err := o.disposing("P09", numbers[1])
		must(t, err)
		number := o.numbered(first.Case)
		says := func(faults forms.Invalid) string {
			i := slices.IndexFunc(faults, func(f forms.Fault) bool { return f.Code == "dispose.listed" })
			if i < 0 {
				t.Fatalf("nothing is said of the other list: %v", faults)
			}
			return faults[i].Message("zh-TW")
		}

		rows := []forms.Row{{forms.RowID: "ra", "number": numbers[0]}, {forms.RowID: "rb", "number": numbers[1]}}
		draft, err := o.kit.Open(o.ctx, o.as("P09"), ismskit.Opening{Type: TypeDisposal, Values: forms.Values{"basis": "檔案法", "lines": rows}})
		must(t, err)
		view, err := o.kit.Case(o.ctx, o.as("P09"), draft.Case)
		must(t, err)
		if told := says(view.Wrong); !strings.Contains(told, "「"+numbers[1]+"」") || !strings.Contains(told, number) {
			t.Errorf("while he drafts he reads: %s", told)
		}
		_, err = o.kit.Act(o.ctx, o.as("P09"), draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
		invalid, _ := err.(forms.Invalid)
		if told := says(invalid); invalid[0].Row != 2 || !strings.Contains(told, number) {
			t.Errorf("when he sends it he reads: row %d, %s", invalid[0].Row, told)
		}
		_, err = o.disposing("P07", numbers[1])
		invalid, _ = err.(forms.Invalid)
		if told := says(invalid); strings.Contains(told, number) {
			t.Errorf("who may not read the other list reads: %s", told)
		}

		over, err := o.kit.Records().Retention().Overdue(o.ctx, o.as("P09"))
		must(t, err)
		for _, r := range over.Records {
			if listed := r.Number == numbers[1]; r.Listed != listed || listed && (r.List != number || r.ListCase != first.Case) {
				t.Errorf("%s: listed %t in %q", r.Number, r.Listed, r.List)
			}
		}
		rest, err := o.kit.Records().Retention().List(o.ctx, o.as("P09"), "")
		must(t, err)
		view, err = o.kit.Case(o.ctx, o.as("P09"), rest.Case)
		must(t, err)
		lines, _ := view.Fields["lines"].([]forms.Row)
		has := func(id string) bool {
			return slices.ContainsFunc(lines, func(row forms.Row) bool { return row["record"] == "case/"+id })
		}
		if over.Listed != 1 || len(lines) != len(over.Records)-1 || !has(request) || has(filed) {
			t.Errorf("%d are listed of %d; on the new list are %d", over.Listed, len(over.Records), len(lines))
		}

		// One that is held as well counts as both, as it is marked.
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(11, 23), "until": date(12, 24), "numbers": []forms.Row{{forms.RowID: "n1", "number": numbers[1]}}})
		both, err := o.kit.Records().Retention().Overdue(o.ctx, o.as("P09"))
		must(t, err)
		if both.Listed != 1 || both.Held != 1 || over.Free != len(over.Records)-1 || both.Free != over.Free {
			t.Errorf("held %d, listed %d, free %d, then %d of %d", both.Held, both.Listed, over.Free, both.Free, len(both.Records))
		}
		o.runTo(at(12, 26, 9, 0))

		o.act("P09", first.Case, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "改列"})
		o.act("P09", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit})
	})
}

// Of two lists with one record that are sent in the same instant one is refused.
func TestK14TwoListsOfOneRecordAreNotSentInTheSameInstant(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, _, _, numbers := overdueOffice(t, o)
	var first error
	came := false
	server := o.server(func(context.Context) error {
		if !came {
			came = true
			_, first = o.disposing("P09", numbers[1])
		}
		return nil
	})
	rows := []forms.Row{{forms.RowID: "ra", "number": numbers[1]}}
	_, err := server.Open(o.ctx, o.as("P09"), ismskit.Opening{Type: TypeDisposal, Submit: true, Values: forms.Values{"basis": "檔案法", "lines": rows}})
	if must(t, first); !came || !refusedWith(err, "dispose.listed") {
		t.Errorf("came between %t, the second: %v", came, err)
	}
}

// K14: what a list leaves for ever says of each record whether this list disposed of it, whether it stays
// and why, or which list had disposed of it before; and who signs is told the same before.
func TestK14AListSaysWhatCameOfEachOfItsRecords(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, filed, numbers := overdueOffice(t, o)
		first, err := o.disposing("P09", numbers[0])
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		o.act("P11", first.Case, ismskit.Action{Verb: workflow.VerbApprove})
		_, err = o.kit.Act(o.ctx, o.as("P02"), first.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, err)
		second, err := o.disposing("P09", numbers...) // the first is approved, and not carried out yet
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		hints := func() string {
			c, err := o.kit.Case(o.ctx, o.as("P02"), second.Case)
			must(t, err)
			var all []string
			for _, h := range c.Hints {
				all = append(all, h.Text.In("zh-TW"))
			}
			return strings.Join(all, "\n")
		}
		for _, head := range []string{"P11", "P04"} {
			o.act(head, second.Case, ismskit.Action{Verb: workflow.VerbApprove})
		}
		o.enters("P07", register.LegalHolds, "H1", forms.Values{"name": "訴訟", "from": date(12, 24), "numbers": []forms.Row{{forms.RowID: "n1", "number": numbers[1]}}})
		number := o.numbered(first.Case)
		if got, want := hints(), "「"+numbers[0]+"」已依 "+number+" 銷毀，本清冊核定後不再處理。\n「"+numbers[1]+"」目前暫緩銷毀，核定後仍予保留。"; got != want {
			t.Errorf("who signs reads:\n%s\nwant:\n%s", got, want)
		}
		o.act("P02", second.Case, ismskit.Action{Verb: workflow.VerbApprove})
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		if o.gone(filed) {
			t.Error("a record that is held was disposed of")
		}
		for list, want := range map[string]string{
			first.Case:  "依本清冊銷毀 1 筆：第 1 列 " + numbers[0] + "。",
			second.Case: "先前已依另一份清冊銷毀，本清冊未再處理 1 筆：第 1 列 " + numbers[0] + "。\n暫緩銷毀，予以保留 1 筆：第 2 列 " + numbers[1] + "。",
		} {
			view, err := o.kit.Case(o.ctx, o.as("P09"), list)
			must(t, err)
			last := view.Trail[len(view.Trail)-1]
			if last.Comment != want {
				t.Errorf("the list says:\n%s\nwant:\n%s", last.Comment, want)
			}
			// What it leaves names no other list in words, for the heads of units who may not read that one; by
			// its mark whoever audits it finds it.
			if named := slices.Contains(last.Effects, "case/"+first.Case); named != (list == second.Case) {
				t.Errorf("the list is marked %q", last.Effects)
			}
		}
	})
}

// A list that was carried out says so once, also where the server was stopped before it was done, and
// has other words when it is started again.
func TestK14AListSaysOnceWhatCameOfItsRecords(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, _, list, _ := approvedList(t, o)
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	said := func() (n int) {
		t.Helper()
		view, err := o.kit.Case(o.ctx, o.as("P09"), list)
		must(t, err)
		for _, e := range view.Trail {
			if e.By.Person == ismskit.SystemPerson && e.Verb == workflow.VerbComment {
				n++
			}
		}
		return n
	}
	if n := said(); n != 1 {
		t.Fatalf("said %d times", n)
	}
	cfg := o.l.cfg
	cfg.Now, cfg.Lang = o.clock.Now, "en"
	again, err := ismskit.New(cfg)
	must(t, err)
	must(t, again.Start(o.ctx))
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Queue().Put(ctx, o.clock.Now(), ismskit.Job{Key: "dispose|" + list, Kind: "dispose", Subject: list, Due: o.clock.Now()})
	})
	must(t, again.RunUntil(o.ctx, o.clock.Now()))
	if n := said(); n != 1 {
		t.Errorf("said %d times after it was started again", n)
	}
}

// A list whose fields are not those of today's form keeps its records from a second one all the same.
func TestK14AListOfAnotherFormIsInTheWay(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, _, _, numbers := overdueOffice(t, o)
	first, err := o.disposing("P09", numbers[1])
	must(t, err)
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		row, err := tx.Cases().Get(ctx, first.Case)
		if err != nil {
			return err
		}
		row.Revision++
		row.Values = append([]byte(`{"was":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+","), row.Values[1:]...)
		return tx.Cases().Update(ctx, row, nil, nil)
	})
	if _, err := o.disposing("P09", numbers[1]); !refusedWith(err, "dispose.listed") {
		t.Errorf("it stands in two: %v", err)
	}
}

// A record without a number is called something in every house, whatever its language is called.
func TestK14ARecordWithoutANumberIsCalledSomething(t *testing.T) {
	o := openOfficeIn(t, inMemory(t), "zh")
	r := o.takeIn("P07", o.handIn("P07", papers(map[string]string{"subject": "講習簽到", "category": "教育訓練", "dated": "108.11.20"})))
	o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
	o.store(func(ctx context.Context, tx ismskit.Tx) error { // as a host's own type may have none
		found, err := tx.Records().Query(ctx, record.Query{All: true, IDs: []string{r.Lines[0].Record}})
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%v, %w", found, err)
		}
		row, err := tx.Cases().Get(ctx, found[0].Case)
		if err != nil {
			return err
		}
		found[0].Number, row.Number, row.Revision = "", "", row.Revision+1
		return errors.Join(tx.Cases().Update(ctx, row, nil, nil), tx.Records().Put(ctx, found[0]))
	})
	list, err := o.disposing("P09", r.Lines[0].Record)
	must(t, err)
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	view, err := o.kit.Case(o.ctx, o.as("P09"), list.Case)
	must(t, err)
	if got := view.Fields["lines"].([]forms.Row)[0]["number"]; got != "講習簽到 108.11.20" {
		t.Errorf("it is called %q", got)
	}
	o.act(view.Flow.Tasks[0].Holder.Named[0].Person, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
	must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
	view, err = o.kit.Case(o.ctx, o.as("P09"), list.Case)
	must(t, err)
	if last := view.Trail[len(view.Trail)-1].Comment; !strings.HasPrefix(last, "依本清冊銷毀 1 筆：第 1 列 ") || !strings.HasSuffix(last, " 108.11.20。") || strings.Contains(last, "講習簽到") {
		t.Errorf("the list says %s", last)
	}
}

// A list that is asked for twice under one key is one draft, whatever was put on another list meanwhile; other
// records under that key are refused.
func TestK14AListThatIsAskedForTwiceIsOne(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, _, _, numbers := overdueOffice(t, o)
		retention := o.kit.Records().Retention()
		first, err := retention.List(o.ctx, o.as("P09"), "key-1")
		must(t, err)
		_, err = o.disposing("P09", numbers...)
		must(t, err)
		again, err := retention.List(o.ctx, o.as("P09"), "key-1")
		if must(t, err); again.Case != first.Case || !again.Repeated {
			t.Errorf("%+v, then %+v", first, again)
		}
		if _, err := retention.List(o.ctx, o.as("P09"), "key-1", "case/other"); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("others under the same key: %v", err)
		}
	})
}

package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// opened records an account as opened, with a note, and gives back what it was refused for,
// "" where it went through.
func (o *office) opened(child, result, note string) string {
	o.Helper()
	a := ismskit.Action{Verb: workflow.VerbRecord, Result: result}
	if note != "" {
		a.Values = forms.Values{"result_note": note}
	}
	_, err := o.kit.Act(o.ctx, o.as("P10"), child, a)
	if err == nil {
		must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
		return ""
	}
	invalid, ok := errors.AsType[forms.Invalid](err)
	if !ok || len(invalid) != 1 || invalid[0].Field != "result_note" {
		o.Fatalf("refused: %v", err)
	}
	return invalid[0].Message("zh-TW")
}

// 鍾明哲 leaves while his request waits for whoever administers 公文系統. It is not opened
// for somebody who is not there: the administrator is told who and since when, and says that
// he could not do it.
func TestNoAccountIsOpenedForWhoHasLeft(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		_, child := o.request("P13", "P12", opAdd, o.anew(date(time.December, 8), calendar.Date{Year: 2027, Month: time.December, Day: 7}))
		o.leave(date(time.December, 4), "P13")
		o.runTo(at(time.December, 9, 9, 0))
		says := o.opened(child, resultOpened, "")
		if want := "帳號使用者鍾明哲已不在職（最後在職日 115.12.04）。未辦理者，請改用「無法辦理」並說明原因。"; says != want {
			t.Errorf("told %q", says)
		}
		for _, note := range []string{"已開通", "115.12.8 開通", "1151204 號"} {
			if o.opened(child, resultOpened, note) == "" {
				t.Fatalf("opened with %q", note)
			}
		}
		o.act("P10", child, ismskit.Action{Verb: workflow.VerbUnable, Comment: "使用者已離職"})
		if c, err := o.kit.Case(o.ctx, loading, child); err != nil || c.Flow.Outcome != workflow.OutcomeUnable {
			t.Errorf("it ended as %q, %v", c.Flow.Outcome, err)
		}
	})
}

// It was opened on a day on which he was still there, and is recorded afterwards: whoever
// says on which day goes on. The permission ends with his last day, and the account is to be
// closed at once.
func TestAnAccountOpenedBeforeItsUserLeftIsRecordedAndClosed(t *testing.T) {
	o := openOffice(t, inMemory(t))
	parent, child := o.request("P13", "P12", opAdd, o.anew(date(time.November, 24), calendar.Date{Year: 2027, Month: time.June, Day: 30}))
	o.leave(date(time.December, 4), "P13")
	o.runTo(at(time.December, 9, 9, 0))
	says := o.opened(child, resultOpened, "")
	if !strings.HasSuffix(says, "確於 115.11.24 至 115.12.04 間辦理者，請於處置說明註明辦理日期（例如 115.12.04），再登錄結果。") {
		t.Errorf("told %q", says)
	}
	for _, note := range []string{"115.11.23 開通", "115年12月5日開通"} {
		if o.opened(child, resultOpened, note) == "" {
			t.Fatalf("opened with %q", note)
		}
	}
	if says := o.opened(child, resultOpened, "帳號已於 115 年 12 月 1 日開通"); says != "" {
		t.Fatalf("refused: %s", says)
	}
	id := parent + ".r1"
	if p := o.grant(id).period(); p.From != date(time.November, 24) || p.To != date(time.December, 4) {
		t.Errorf("period %+v", p)
	}
	_, history, err := o.kit.Registers().Get(o.ctx, loading, register.Grants, id)
	must(t, err)
	if why := history[len(history)-1].Reason; why != "使用者已不在職，使用至 115.12.04" {
		t.Errorf("its history says %q", why)
	}
	if _, ok := o.waiting(TypeGrantClosure, id); !ok {
		t.Error("nobody is to close it")
	}
}

// The period of use is over before anybody recorded that the account was opened: it is not
// opened any more, or it was opened within that period, and is to be closed.
func TestNoAccountIsOpenedAfterItsPeriodOfUse(t *testing.T) {
	o := openOffice(t, inMemory(t))
	parent, child := o.request("P13", "P12", opAdd, o.anew(date(time.November, 24), date(time.December, 7)))
	o.runTo(at(time.December, 7, 9, 0))
	o.runTo(at(time.December, 8, 9, 0))
	says := o.opened(child, resultOpened, "")
	if want := "使用期間已於 115.12.07 屆滿。未辦理者，請改用「無法辦理」並說明原因。確於 115.11.24 至 115.12.07 間辦理者，請於處置說明註明辦理日期（例如 115.12.07），再登錄結果。"; says != want {
		t.Errorf("told %q", says)
	}
	if says := o.opened(child, resultOpened, "2026-12-07 已開通"); says != "" {
		t.Fatalf("refused: %s", says)
	}
	if _, ok := o.waiting(TypeGrantClosure, parent+".r1"); !ok {
		t.Error("nobody is to close it")
	}
}

// Who has left gets no more time either, for what he had.
func TestNoAccountIsExtendedForWhoHasLeft(t *testing.T) {
	o := openOffice(t, inMemory(t))
	_, child := o.request("P13", "P12", opExtend, o.anew(date(time.December, 4), calendar.Date{Year: 2027, Month: time.June, Day: 30}))
	o.leave(date(time.December, 2), "P13")
	o.runTo(at(time.December, 3, 9, 0))
	if says := o.opened(child, resultChanged, ""); !strings.Contains(says, "鍾明哲已不在職（最後在職日 115.12.02）") {
		t.Errorf("told %q", says)
	}
	if p := o.grant("G02").period(); p.To != date(time.December, 3) {
		t.Errorf("it lasts until %v", p.To)
	}
}

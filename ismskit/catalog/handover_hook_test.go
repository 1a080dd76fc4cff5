package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// A host that names its hooks one by one is told at once of each that it forgot, and not
// when somebody leaves.
func TestAHostIsToldOfEachHookThatItLacks(t *testing.T) {
	for name := range Hooks() {
		cfg := demoConfig(t, memory.New())
		cfg.Hooks = Hooks()
		delete(cfg.Hooks, name)
		if _, err := ismskit.New(cfg); err == nil || !strings.Contains(err.Error(), `there is no hook "`+name+`"`) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// hooked is the office with another hook for the sheets.
func (o *office) hooked(store ismskit.Store, hook ismskit.Hook) {
	o.Helper()
	cfg := demoConfig(o, store)
	cfg.Blobs, cfg.Now, cfg.Notifier = o.l.blobs, o.clock.Now, o.mails
	cfg.Hooks = Hooks()
	cfg.Hooks["handover"] = hook
	kit, err := ismskit.New(cfg)
	must(o, err)
	must(o, kit.Start(o.ctx))
	o.kit = kit
}

// A hook that fails at the accounts costs what it would have said of them, not the sheet.
func TestASheetIsReadWhereItsHookFailsAtTheAccounts(t *testing.T) {
	for _, fails := range []func(ismskit.Closing) bool{
		func(c ismskit.Closing) bool { return c.Grant != "" },
		func(ismskit.Closing) bool { return true },
	} {
		store := memory.New()
		o := openOffice(t, store)
		o.runTo(at(time.November, 26, 9, 0))
		sheet := o.handsOver("leaving", date(time.December, 2), nil)
		o.hooked(store, func(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
			if fails(c) {
				return nil, errors.New("out of order")
			}
			return handedOver(ctx, c)
		})
		c, err := o.kit.Case(o.ctx, o.as("P08"), sheet)
		must(t, err)
		if c.Flow.Outcome != workflow.OutcomeDone || len(c.Ending) > 0 {
			t.Errorf("the sheet is %s and tells of %+v", c.Flow.Outcome, c.Ending)
		}
	}
}

// The list of permissions refuses to end an account: it is told as not handed over, and the
// question whether to extend it passes like any other, for it must be answered still.
func TestTheQuestionPassesWhereTheAccountCouldNotBeEnded(t *testing.T) {
	store := memory.New()
	o := openOffice(t, store)
	o.hooked(store, func(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
		effects, err := handedOver(ctx, c)
		for i, e := range effects {
			if put, ok := e.(ismskit.PutRow); ok {
				put.Values = []byte(`{"account":"x"}`) // the list has come to want more than the row has
				effects[i] = put
			}
		}
		return effects, err
	})
	o.runTo(at(time.November, 26, 9, 0))
	sheet := o.handsOver("leaving", date(time.December, 2), nil)
	question, asked := o.waiting(TypeGrantExtension, "G02")
	if !asked {
		t.Fatal("nobody is asked whether to extend it")
	}
	o.runTo(at(time.December, 3, 9, 0))
	c, err := o.kit.Case(o.ctx, o.as("P08"), sheet)
	must(t, err)
	if !slices.ContainsFunc(c.NotHanded, func(n ismskit.NotHanded) bool { return strings.Contains(n.Key, "G02") }) {
		t.Errorf("not handed over: %+v", c.NotHanded)
	}
	q, err := o.kit.Case(o.ctx, loading, question.Case)
	must(t, err)
	open := q.Flow.Open()
	if len(open) != 1 || open[0].Holder.Has("P13") {
		t.Errorf("the question is with %+v", open)
	}
}

// The hook fails at one account of a leaver's: it is told as not handed over, and everything
// else of his sheet takes effect on the day all the same.
func TestAHookThatFailsAtOneAccountHoldsUpNothingElse(t *testing.T) {
	store := memory.New()
	o := openOffice(t, store)
	o.hooked(store, func(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
		if c.Grant == "G02" {
			return nil, errors.New("out of order")
		}
		return handedOver(ctx, c)
	})
	o.runTo(at(time.November, 26, 9, 0))
	sheet := o.handsOver("leaving", date(time.December, 2), nil)
	o.runTo(at(time.December, 3, 9, 0))
	c, err := o.kit.Case(o.ctx, o.as("P08"), sheet)
	must(t, err)
	if len(c.NotHanded) != 1 || !strings.Contains(c.NotHanded[0].Key, "G02") || !strings.Contains(c.NotHanded[0].Why.In("zh-TW"), "系統處理時發生錯誤") {
		t.Errorf("not handed over: %+v", c.NotHanded)
	}
	if _, err := o.kit.People().Me(o.ctx, o.as("P13")); !errors.Is(err, ismskit.ErrNotInOffice) {
		t.Errorf("he has not left: %v", err)
	}
}

// A database that is away while the hook reads is nobody's account that could not be ended:
// the job comes again, and then everything passes and ends as it should.
func TestWhatTheHookCouldNotReadBringsTheJobAgain(t *testing.T) {
	store := memory.New()
	o := openOffice(t, store)
	night, away, again := at(time.December, 3, 0, 0), 0, 0
	o.hooked(store, func(ctx context.Context, c ismskit.Closing) ([]ismskit.Effect, error) {
		switch now := c.At; {
		case c.Grant != "G02" || now.Before(night):
		case away == 0:
			away++
			return nil, fmt.Errorf("permissions: %w", ismskit.ErrUnavailable)
		default:
			again++
		}
		return handedOver(ctx, c)
	})
	o.runTo(at(time.November, 26, 9, 0))
	sheet := o.handsOver("leaving", date(time.December, 2), nil)
	o.runTo(at(time.December, 3, 9, 0))
	c, err := o.kit.Case(o.ctx, o.as("P08"), sheet)
	must(t, err)
	if away != 1 || again == 0 || len(c.NotHanded) != 0 {
		t.Errorf("away %d times, asked again %d times; not handed over: %+v", away, again, c.NotHanded)
	}
	if _, err := o.kit.People().Me(o.ctx, o.as("P13")); !errors.Is(err, ismskit.ErrNotInOffice) {
		t.Errorf("he has not left: %v", err)
	}
}

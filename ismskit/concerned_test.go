package ismskit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// knows says whether a person gets the form of a type.
func (o *office) knows(person, key string) bool {
	o.t.Helper()
	info, form, err := o.kit.Types().Get(o.ctx, o.as(person), key)
	if err != nil && !errors.Is(err, ismskit.ErrNotFound) && !errors.Is(err, ismskit.ErrForbidden) {
		o.t.Fatal(err)
	}
	return err == nil && info.Key == key && form != nil
}

// A form that nobody fills in by himself, such as that of one row of a request, is
// there for those who have to do with a case of it, and for nobody else.
func TestTheFormOfATypeIsForThoseItConcerns(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		for _, key := range []string{"account_request_row", "grant_closure", "no_such_form"} {
			if o.knows("P13", key) || o.knows("P06", key) {
				t.Errorf("%s is there before there is a case of it", key)
			}
		}
		if !o.knows("P13", "account_request") || o.knows("nobody", "account_request") {
			t.Error("the form on offer")
		}
		sent := o.apply("P13", threeRows())
		o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.settle()
		for person, want := range map[string]bool{"P13": true, "P11": true, "P05": true, "P12": false} {
			if o.knows(person, "account_request_row") != want {
				t.Errorf("%s knows the form of a row: %t", person, !want)
			}
		}
		o.leave("P13")
		if o.knows("P13", "account_request_row") || o.knows("P13", "account_request") {
			t.Error("who has left still reads forms")
		}
	})
}

// What a list looks like and what its rows are called is for those who read the list,
// or keep the row.
func TestARowIsDecodedForThoseWhoReadItsList(t *testing.T) {
	o := openOffice(t, nil)
	registers, system := o.kit.Registers(), ismskit.System("test")
	refused := func(person string, row register.Row) bool {
		_, _, form := registers.Form(o.ctx, o.as(person), row.List)
		_, titles := registers.Titles(o.ctx, o.as(person), "zh-TW", row)
		_, fields := registers.Fields(o.ctx, o.as(person), row)
		_, cells := registers.Cells(o.ctx, o.as(person), row)
		no := errors.Is(form, ismskit.ErrNotFound)
		for _, err := range []error{titles, fields, cells} {
			if err != nil && !errors.Is(err, ismskit.ErrNotFound) || (err != nil) != no {
				t.Errorf("%s, %s: form %v, but %v", person, row.List, form, err)
			}
		}
		return no
	}
	open, _, err := registers.Get(o.ctx, system, register.Units, "U06")
	if err != nil {
		t.Fatal(err)
	}
	o.put(register.Settings, "greeting", map[string]any{"key": "greeting", "title": "問候語", "value": "您好"})
	closed, _, err := registers.Get(o.ctx, system, register.Settings, "greeting")
	if err != nil {
		t.Fatal(err)
	}
	if refused("P13", open) || !refused("P13", closed) || refused("P05", closed) || !refused("P05", register.Row{List: "no_such_list"}) {
		t.Error("the wrong people decode rows")
	}
}

// askedDirectory counts how often a directory is asked.
type askedDirectory struct {
	ismskit.Directory
	asked *int
}

func (d askedDirectory) Resolve(ctx context.Context, q []directory.Question) ([]directory.Answer, error) {
	*d.asked++
	return d.Directory.Resolve(ctx, q)
}

// However many rows somebody reads at once, the directory is asked about him as often
// as for one.
func TestManyRowsAreReadWithTheQuestionsOfOne(t *testing.T) {
	o := openOffice(t, nil)
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes(), Location: taipei})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	house := ismskit.DirectoryIn(o.store, lists, func() time.Time { return o.now })
	o.extend(func(c *ismskit.Config) { c.Directory = askedDirectory{house, &asked} })
	registers, rows := o.kit.Registers(), []register.Row(nil)
	for _, key := range []string{"greeting", "farewell", "thanks"} {
		o.put(register.Settings, key, map[string]any{"key": key, "title": "用語", "value": "您好"})
		row, _, err := registers.Get(o.ctx, ismskit.System("test"), register.Settings, key)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	reads := map[string]func(rows ...register.Row) (int, error){
		"cells": func(rows ...register.Row) (int, error) {
			cells, err := registers.Cells(o.ctx, o.as("P05"), rows...)
			return len(cells), err
		},
		"titles": func(rows ...register.Row) (int, error) {
			titles, err := registers.Titles(o.ctx, o.as("P05"), "zh-TW", rows...)
			return len(titles), err
		},
	}
	for name, read := range reads {
		questions := func(rows ...register.Row) int {
			asked = 0
			n, err := read(rows...)
			if err != nil || n != len(rows) {
				t.Fatalf("%s: %d of %d rows, %v", name, n, len(rows), err)
			}
			return asked
		}
		one := questions(rows[0])
		if many := questions(rows...); one == 0 || many != one {
			t.Errorf("%s: %d questions for one row, %d for %d", name, one, many, len(rows))
		}
	}
}

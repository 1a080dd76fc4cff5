package ismskit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// outages is an office in which one request about a system is on its way at a time.
func outages(t *testing.T) *office {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "outage", "version": "1", "title": {"zh-TW": "停機單"}, "offered": true, "once": "system", "number": {"pattern": "OUT-{roc}-{n:3}"},
		"form": {"key": "outage", "version": "1", "title": {"zh-TW": "停機單"}, "fields": [
			{"key": "system", "type": "ref", "label": {"zh-TW": "系統"}, "params": {"of": "register", "list": "systems"}}]},
		"flow": {"key": "outage", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "審核"}, "kind": "review", "who": [{"kind": "person", "ids": ["P12"]}], "due": {"term": "3wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, typ) })
}

// Of two requests about the same the second is refused, and says which the first is only to who
// may read it.
func TestTheNumberOfAnotherRequestIsToldToWhoReadsIt(t *testing.T) {
	o := outages(t)
	about := forms.Values{"system": ref("systems", "S01")}
	first := o.open("P10", "outage", about, true)
	for person, told := range map[string]bool{"P10": true, "P13": false} {
		_, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "outage", Values: about, Submit: true})
		var refused forms.Invalid
		if !errors.As(err, &refused) || len(refused) != 1 || refused[0].Code != "once.twice" {
			t.Fatalf("%s: %v", person, err)
		}
		for lang, text := range refused[0].Text {
			if strings.Contains(text, o.read("P10", first.Case).Number) != told {
				t.Errorf("%s is told %s %q", person, lang, text)
			}
		}
	}
}

// A request that this program cannot read stands in the way of a second one like any other, and
// its number is told to nobody.
func TestARequestThatCannotBeReadIsInTheWay(t *testing.T) {
	o := outages(t)
	about := forms.Values{"system": ref("systems", "S01")}
	first := o.open("P10", "outage", about, true)
	row := o.stored(first.Case)
	row.Revision, row.Extra = row.Revision+1, []byte("{")
	if err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, row, nil, nil) }); err != nil {
		t.Fatal(err)
	}
	_, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "outage", Values: about, Submit: true})
	refused, _ := errors.AsType[forms.Invalid](err)
	if len(refused) != 1 || refused[0].Code != "once.twice" || refused[0].Field != "system" || strings.Contains(refused[0].Text.In("zh-TW"), row.Number) {
		t.Errorf("%v", err)
	}
}

// The same holds of a second sheet for somebody who hands over.
func TestTheNumberOfAnotherSheetIsToldToWhoReadsIt(t *testing.T) {
	o := openOffice(t, nil)
	o.role("organisation", "personnel_officer", "P10", "P13")
	first := o.hands("P05", "leaving", dayOf(2026, 11, 30), nil)
	values := moves("U06", "", dayOf(2027, 1, 1))
	values["person"], values["reason"], values["last_day"] = person("P05"), "transfer", dayOf(2026, 12, 31)
	for person, told := range map[string]bool{"P10": true, "P13": false} {
		_, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "handover", Values: values, Submit: true})
		refused, _ := errors.AsType[forms.Invalid](err)
		if len(refused) != 1 || refused[0].Code != "handover.twice" {
			t.Fatalf("%s: %v", person, err)
		}
		if text := refused[0].Text.In("zh-TW"); strings.Contains(text, first.Number) != told {
			t.Errorf("%s is told %q", person, text)
		}
	}
}

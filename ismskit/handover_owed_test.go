package ismskit_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// deskFlow is a registry clerk who signs with her certificate or owes it, and the chief.
const deskFlow = `{"key":"memo","version":"1","officers":[{"kind":"role","module":"organisation","role":"security_officer"}],"root":{"sequence":[
	{"step":{"id":"desk","name":{"zh-TW":"登記桌","en":"Registry"},"kind":"review","who":[{"kind":"person","ids":["P05"]}],"due":{"term":"3wd"},"certificate":"later"}},
	{"step":{"id":"chief","name":{"zh-TW":"局長","en":"Chief"},"kind":"approve","who":[{"kind":"post","ids":["T01"]}],"due":{"term":"60wd"}}}]}}`

// 賴思妤 leaves and has not made up for a signature with her card. It is hers alone, so her
// sheet asks nobody to take it over and nothing is tried day after day: who may waive it is
// told, once, when she has left. Where she moves to another unit she has her card still.
func TestNobodyFollowsInASignatureThatALeaverOwes(t *testing.T) {
	for reason, leaves := range map[string]bool{"leaving": true, "transfer": false} {
		t.Run(reason, func(t *testing.T) {
			c := openCards(t, deskFlow)
			id := c.memo()
			c.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: "憑證未攜帶"})
			c.settle()
			held, err := c.kit.Queue().Held().Of(c.ctx, c.as("P05"), "P05")
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(held, func(h ismskit.Holding) bool { return h.Case == id })
			if i < 0 || held[i].Kind != ismskit.HoldsSignature || !held[i].Ends || !strings.Contains(held[i].Name.In("zh-TW"), "補簽（登記桌）") {
				t.Fatalf("she has %+v", held)
			}
			last, more := dayOf(2026, 11, 30), forms.Values{}
			if !leaves {
				more = moves("U06", "", last.AddDays(1))
			}
			sheet := c.handsOver(reason, last, more, nil)
			c.until(morning(last.AddDays(1)))
			got := c.read("P10", sheet.Case)
			if slices.ContainsFunc(got.NotHanded, func(n ismskit.NotHanded) bool { return strings.Contains(n.What.In("zh-TW"), "登記桌") }) {
				t.Errorf("not handed over: %+v", got.NotHanded)
			}
			for _, row := range got.Fields["items"].([]forms.Row) {
				if strings.Contains(row["what"].(string), "登記桌") {
					t.Errorf("the sheet asks who follows in %v", row)
				}
			}
			c.until(morning(last.AddDays(4)))
			var told []ismskit.Message
			for _, m := range c.noticesOf("P04") {
				if m.Rule == "owed_left" {
					told = append(told, m)
				}
			}
			if leaves != (len(told) == 1 && told[0].Link == id && strings.Contains(told[0].Body, "「登記桌」由賴思妤核章時未使用憑證")) || !leaves && len(told) > 0 {
				t.Fatalf("the officer is told %+v", told)
			}
			others := c.read("P04", id).Others
			if !slices.ContainsFunc(others, func(o ismskit.OtherAct) bool { return o.Verb == workflow.VerbWaive }) {
				t.Errorf("the officer may %+v", others)
			}
		})
	}
}

// Whoever may not waive it is not told to: neither the leaver herself nor the applicant, though
// they are officers.
func TestNobodyIsToldToWaiveWhatHeMayNot(t *testing.T) {
	c := openCards(t, deskFlow)
	c.joins("organisation.security_officer", "P05", "P13")
	id := c.memo()
	c.act("P05", id, ismskit.Action{Verb: workflow.VerbApprove, Owe: "憑證未攜帶"})
	c.settle()
	last := dayOf(2026, 11, 30)
	c.handsOver("leaving", last, forms.Values{}, nil)
	c.until(morning(last.AddDays(1)))
	var told []string
	err := c.store.View(c.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		all, err := tx.Queue().Messages(ctx, ismskit.MessageQuery{Case: id, Limit: 100})
		for _, m := range all {
			if m.Rule == "owed_left" {
				told = append(told, m.Person)
			}
		}
		return err
	})
	if err != nil || !slices.Equal(slices.Compact(told), []string{"P04"}) {
		t.Errorf("told: %v, %v", told, err)
	}
}

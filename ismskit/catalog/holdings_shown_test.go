package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// What somebody has is named to who may know it: that a document which is not everybody's is distributed to
// him, and that he looks after a category of its own, is told to his superior without its name, and on the sheet
// on which he hands over.
func TestK18WhatSomebodyHasIsNamedToWhoMayKnowIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const title, category = "弱點清單管理說明書", "密件專案"
		id := o.secret("IS-03-099", "政風室", "U05")
		people := func(id string) []forms.Ref { return []forms.Ref{{List: "register/" + register.People, ID: id}} }
		for list, change := range map[string]ismskit.RowChange{
			register.Distributions: {ID: "D99", Values: forms.Values{"document": forms.Ref{List: "document", ID: id}, "people": people("P13"), "everybody": false}},
			register.Categories:    {ID: "X2", Values: forms.Values{"name": category, "alone": true, "maintain_people": people("P13")}},
		} {
			change.List, change.Reason = list, "啟用"
			_, err := o.kit.Registers().Put(o.ctx, loading, change)
			must(t, err)
		}
		for person, told := range map[string]string{"P13": category, "P11": "", "P08": ""} {
			all, err := o.kit.Queue().Held().Of(o.ctx, o.as(person), "P13")
			must(t, err)
			if len(all) == 0 {
				t.Fatalf("%s is told nothing", person)
			}
			whole, err := json.Marshal(all)
			must(t, err)
			text := string(whole)
			for _, name := range []string{title, category} {
				if strings.Contains(text, name) != strings.Contains(told, name) {
					t.Errorf("%s, who is to be told of %q, is told of %q: %t", person, told, name, !strings.Contains(told, name))
				}
			}
			if n := strings.Count(text, `"zh-TW":"（名稱不公開）"`); n != 2-len(strings.Fields(told)) {
				t.Errorf("of what he may not know %s is told %d things: %s", person, n, text)
			}
		}
		sheet := o.handsOver("leaving", date(12, 2), nil)
		c, err := o.kit.Case(o.ctx, o.as("P08"), sheet)
		must(t, err)
		if text := fmt.Sprint(c.Fields); strings.Contains(text, title) || strings.Contains(text, category) || !strings.Contains(text, "（名稱不公開）") {
			t.Errorf("the sheet says %s", text)
		}
	})
}

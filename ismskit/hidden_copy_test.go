package ismskit_test

import (
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A copy takes nothing away from whoever reads the case by its category anyway.
func TestACopyHidesNothingFromWhoReadsTheCategory(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{
		"key": "minutes", "version": "1", "title": {"zh-TW": "訪談單"}, "offered": true, "subject": "subject", "number": {"pattern": "MN-{roc}-{n:3}"}, "facets": {"category": "category"},
		"form": {"key": "minutes", "version": "1", "title": {"zh-TW": "訪談單"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}},
			{"key": "note", "type": "text", "label": {"zh-TW": "查明事項"}},
			{"key": "category", "type": "ref", "label": {"zh-TW": "分類"}, "params": {"of": "register", "list": "categories"}}]},
		"flow": {"key": "minutes", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "審核"}, "kind": "review", "hide": ["note"], "who": [{"kind": "person", "ids": ["P12"]}], "due": {"term": "3wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Types, c.Signer, c.Printer = append(c.Types, typ), aKey(t, "isms.example"), print.A4{}
	})
	o.put(register.Categories, "C1", forms.Values{"name": "訪談紀錄", "read_people": []forms.Ref{ref("people", "P06")}})
	id := o.open("P10", "minutes", forms.Values{"subject": "訪談", "note": secretNote, "category": ref("categories", "C1")}, true).Case
	o.act("P10", id, ismskit.Action{Verb: workflow.VerbCopy, People: []string{"P06", "P13"}})
	for person, shown := range map[string]bool{"P06": true, "P13": false} {
		o.sees(person, id, "", map[string]bool{secretNote: shown})
	}
}

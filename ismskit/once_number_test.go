package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
)

// Of two requests about the same the second is refused, and says which the first is only to who
// may read it.
func TestTheNumberOfAnotherRequestIsToldToWhoReadsIt(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{
		"key": "outage", "version": "1", "title": {"zh-TW": "停機單"}, "offered": true, "once": "system", "subject": "停機", "number": {"pattern": "OUT-{roc}-{n:3}"},
		"form": {"key": "outage", "version": "1", "title": {"zh-TW": "停機單"}, "fields": [
			{"key": "system", "type": "ref", "label": {"zh-TW": "系統"}, "params": {"of": "register", "list": "systems"}}]},
		"flow": {"key": "outage", "version": "1", "root": {"sequence": [
			{"step": {"id": "head", "name": {"zh-TW": "審核"}, "kind": "review", "who": [{"kind": "person", "ids": ["P12"]}], "due": {"term": "3wd"}}}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, typ) })
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

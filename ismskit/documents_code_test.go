package ismskit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/memory"
)

// Whoever has a copy learns by its code whether it is the newest, whenever it was printed;
// without the right one he learns nothing, and of what is 密 nothing else.
func TestACopyIsKnownByItsCode(t *testing.T) {
	key := []byte(strings.Repeat("k", 32))
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.CheckKey = key })
	file := func(number, class string, versions ...document.Version) string {
		t.Helper()
		doc := document.Document{Number: number, Title: map[string]string{"zh-TW": "機敏的名稱"}, Level: 2, Class: class, Owner: "資訊室"}
		for _, v := range versions {
			doc.ID = o.file(ismskit.Filing{Document: doc, Version: v})
		}
		return doc.ID
	}
	open := file("IS-02-001", ismskit.ClassInternal, document.Version{Label: "1.0", Issued: "2026-01-01"}, document.Version{Label: "1.1", Issued: "2026-02-01"})
	secret := file("IS-02-002", ismskit.ClassConfidential, document.Version{Label: "1.0", Issued: "2026-01-01"}, document.Version{Label: "1.1", Issued: "2026-02-01", Band: "示範"})
	file("IS-02-003", ismskit.ClassInternal, document.Version{Label: "1.0", Issued: "2026-01-01"})
	codes := func(id string) map[string]string {
		t.Helper()
		out := map[string]string{}
		view := o.document(id)
		for _, v := range view.Versions {
			out[v.Label] = view.Codes[v.Seq]
		}
		return out
	}
	public, closed := codes(open), codes(secret)
	if public["1.0"] == public["1.1"] || public["1.0"] == closed["1.0"] || len(public["1.0"]) != 14 {
		t.Fatalf("%v %v", public, closed)
	}
	ask := func(actor ismskit.Actor, c ismskit.Copy) []ismskit.VersionCheck {
		t.Helper()
		checks, err := o.kit.Documents().Check(o.ctx, actor, c)
		if err != nil {
			t.Fatal(err)
		}
		return checks
	}
	visitor, clerk := ismskit.Actor{Channel: "web"}, o.as("P13")

	typed := strings.ToLower(strings.ReplaceAll(public["1.0"], "-", " "))
	for name, c := range map[string]ismskit.Copy{
		"as it is printed": {Number: "IS-02-001", Label: "1.0", Code: public["1.0"]}, "as people type it": {Number: "is02001", Label: "V1.0", Code: typed},
		"without the version": {Number: "IS-02-001", Code: public["1.0"]},
	} {
		checks := ask(visitor, c)
		if len(checks) != 1 || !checks[0].Known || checks[0].InForce || checks[0].Version.SupersededBy != "1.1" || checks[0].Current.Label != "1.1" || checks[0].Readable || checks[0].Closed {
			t.Errorf("%s: %+v", name, checks)
		}
	}
	for name, c := range map[string]ismskit.Copy{
		"no code": {Number: "IS-02-001", Label: "1.1"}, "no code and no version": {Number: "IS-02-001"}, "a number nobody has": {Number: "IS-99-999", Label: "1.1", Code: public["1.1"]},
		"the code of another version": {Number: "IS-02-001", Label: "1.1", Code: public["1.0"]}, "of another document": {Number: "IS-02-003", Label: "1.0", Code: public["1.0"]},
		"a code cut short": {Number: "IS-02-001", Label: "1.1", Code: public["1.1"][:12]}, "no number": {Code: public["1.1"]},
		"what is 密 without the code": {Number: "IS-02-002", Label: "1.1"}, "and with a wrong one": {Number: "IS-02-002", Label: "1.1", Code: public["1.1"]},
	} {
		if checks := ask(visitor, c); len(checks) != 0 {
			t.Errorf("%s: %+v", name, checks)
		}
	}
	for who, actor := range map[string]ismskit.Actor{"a visitor": visitor, "who may not read it": clerk} {
		for label, newest := range map[string]bool{"1.1": true, "1.0": false} {
			checks := ask(actor, ismskit.Copy{Number: "IS-02-002", Label: label, Code: closed[label]})
			want := []ismskit.VersionCheck{{Reading: document.Reading{InForce: newest}, Known: true, Closed: true}}
			if fmt.Sprintf("%+v", checks) != fmt.Sprintf("%+v", want) {
				t.Errorf("%s hears of 密 %s: %+v", who, label, checks)
			}
		}
	}
	if checks := ask(clerk, ismskit.Copy{Number: "IS-02-002", Label: "1.1"}); len(checks) != 0 {
		t.Errorf("a colleague without the code: %+v", checks)
	}
	if checks := ask(clerk, ismskit.Copy{Number: "IS-02-001", Label: "1.1"}); len(checks) != 1 || !checks[0].Readable { // the code is for who may not read
		t.Errorf("a colleague by the number: %+v", checks)
	}
	if checks := ask(o.as("P04"), ismskit.Copy{Number: "IS-02-002", Label: "1.1", Code: closed["1.1"]}); len(checks) != 1 || checks[0].Closed || !checks[0].Readable {
		t.Errorf("who may read it: %+v", checks)
	}

	doc := o.document(open).Document
	doc.Number = "IS-02-101"
	o.file(ismskit.Filing{Document: doc})
	o.now = o.now.Add(400 * 24 * time.Hour)
	if again := codes(open); again["1.1"] != public["1.1"] {
		t.Errorf("another day, another number, another code: %s, then %s", public["1.1"], again["1.1"])
	}
	if checks := ask(visitor, ismskit.Copy{Number: "IS-02-001", Label: "1.1", Code: public["1.1"]}); len(checks) != 1 || !checks[0].InForce { // by the number on the copy
		t.Errorf("a copy with the former number: %+v", checks)
	}
	if _, err := ismskit.New(ismskit.Config{Store: memory.New(), CheckKey: []byte("short")}); err == nil || !strings.Contains(err.Error(), "CheckKey has 5 bytes") {
		t.Errorf("a key that can be guessed: %v", err)
	}
}

// Two versions that bore one label are told apart: the copy of the one that was withdrawn
// before its day is none of the one in force.
func TestTheCodeTellsVersionsOfOneLabelApart(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.CheckKey = []byte(strings.Repeat("k", 32)) })
	doc := document.Document{Number: "IS-02-001", Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: ismskit.ClassInternal}
	doc.ID = o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-12-24"}})
	if err := o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: doc.ID, Label: "1.0", Reason: "誤繕"}); err != nil {
		t.Fatal(err)
	}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-11-20"}})
	view := o.document(doc.ID)
	for seq, newest := range map[int]bool{1: false, 2: true} {
		checks, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, ismskit.Copy{Number: "IS-02-001", Label: "1.0", Code: view.Codes[seq]})
		if err != nil || len(checks) != 1 || checks[0].InForce != newest {
			t.Errorf("the %d. version called 1.0: %+v, %v", seq, checks, err)
		}
	}
}

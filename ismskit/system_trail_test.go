package ismskit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// K15: who came in, and who opened what is 「密」, are entries of the trail. Officers
// read them, nobody else, and there is no verb that alters one.
func TestK15SignInsAndOpeningsAreOnTheTrail(t *testing.T) {
	typ := memo(t, memoFlow)
	typ.Class = ismskit.ClassConfidential
	eachStoreWith(t, []ismskit.Type{typ}, func(t *testing.T, o *office) {
		ev := o.kit.Evidence()
		if err := ev.SignedIn(o.ctx, o.as("P13"), ismskit.SignIn{Person: "P13"}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("somebody tells of his own sign-in: %v", err)
		}
		for _, in := range []ismskit.SignIn{{Person: "P13", Channel: "web"}, {Person: "P13", Refused: true, Channel: "api"}} {
			if err := ev.SignedIn(o.ctx, ismskit.System("server"), in); err != nil {
				t.Fatal(err)
			}
		}
		id := o.memo()
		o.read("P13", id)
		o.read("P13", id) // the page loaded again is one opening
		o.read("P11", id)
		o.now = o.now.Add(time.Hour)
		o.read("P13", id)

		if _, err := ev.System(o.ctx, o.as("P13"), ismskit.LogSignIns, 0, 10); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("anybody reads who came in: %v", err)
		}
		if _, err := ev.System(o.ctx, o.as("P04"), "case/"+ismskit.SystemLog(id), 0, 10); !errors.Is(err, ismskit.ErrNotFound) {
			t.Fatalf("a case's chain is read as the system's: %v", err)
		}
		ins, err := ev.System(o.ctx, o.as("P04"), ismskit.LogSignIns, 0, 10)
		if err != nil || len(ins) != 2 || ins[0].Verb != ismskit.VerbRefused || ins[1].By.Name != "鍾明哲" {
			t.Fatalf("sign-ins %+v, %v", ins, err)
		}
		opened, err := ev.System(o.ctx, o.as("P04"), ismskit.LogOpenings, 0, 2)
		if err != nil || len(opened) != 2 || opened[0].By.Person != "P13" || opened[1].By.Person != "P11" {
			t.Fatalf("openings %+v, %v", opened, err)
		}
		first, err := ev.System(o.ctx, o.as("P04"), ismskit.LogOpenings, opened[1].Seq, 2)
		if err != nil || len(first) != 1 || first[0].Number != id || first[0].Type != ismskit.OpenedCase {
			t.Fatalf("the first opening %+v, %v", first, err)
		}
	})
}

// Who has left knows his password still. That he gave it, and was told that he is not in
// office, is an entry that says so.
func TestWhoHasLeftSignsInToNothing(t *testing.T) {
	o := openOffice(t, nil)
	ev := o.kit.Evidence()
	last := func(want workflow.Verb, why string) {
		t.Helper()
		if err := ev.SignedIn(o.ctx, ismskit.System("server"), ismskit.SignIn{Person: "P05", Channel: "web"}); err != nil {
			t.Fatal(err)
		}
		ins, err := ev.System(o.ctx, o.as("P04"), ismskit.LogSignIns, 0, 1)
		if err != nil || len(ins) != 1 || ins[0].Verb != want || ins[0].Result != why || ins[0].By.Name != "賴思妤" {
			t.Errorf("the last entry is %+v, %v", ins, err)
		}
	}
	last(ismskit.VerbSignIn, "")
	o.handsOver("leaving", dayOf(2026, 11, 30), nil, nil)
	o.until(morning(dayOf(2026, 12, 1)))
	last(ismskit.VerbSignIn, ismskit.NotInOffice)
}

// K15: reading a classified document, taking it away and printing it are openings, and
// so is reading the trail of a classified case, which carries what was sent.
func TestK15DocumentsAndTrailsAreOpenedToo(t *testing.T) {
	typ := memo(t, memoFlow)
	typ.Class = ismskit.ClassConfidential
	eachStoreWith(t, []ismskit.Type{typ}, func(t *testing.T, o *office) {
		f, err := o.kit.Files().Upload(o.ctx, o.as("P05"), "程序書.md", strings.NewReader("## 壹、目的\n\n說明。\n"))
		if err != nil {
			t.Fatal(err)
		}
		text := document.File{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest, Main: true}
		for id, class := range map[string]string{"secret": ismskit.ClassConfidential, "open": ismskit.ClassInternal} {
			doc := document.Document{ID: id, Number: "IS-02-" + id, Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: class}
			o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2026-01-05", Files: []document.File{text}}})
		}
		memo := o.memo()
		reads := func(kind, id string, read func() error) {
			t.Helper()
			o.now = o.now.Add(time.Hour)
			if err := read(); err != nil {
				t.Fatal(err)
			}
			opened, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogOpenings, 0, 1)
			if err != nil || len(opened) != 1 || opened[0].Type != kind || opened[0].Number != id || opened[0].By.Person != "P04" || !opened[0].At.Equal(o.now) {
				t.Errorf("%s: the last opening is %+v, %v", kind, opened, err)
			} else if item := opened[0].Opened; item == nil || item.Number == "" || !item.MayOpen || kind == ismskit.OpenedDocument && (item.Number != "IS-02-SECRET" || item.Title["zh-TW"] != "程序書" || !slices.Equal(item.Versions, []string{"1.0"})) {
				t.Errorf("%s: what was opened is said as %+v", kind, item)
			}
		}
		docs := o.kit.Documents()
		reads(ismskit.OpenedDocument, "secret", func() error { _, err := docs.Read(o.ctx, o.as("P04"), "secret", ""); return err })
		reads(ismskit.OpenedDocument, "secret", func() error {
			d, err := docs.Download(o.ctx, o.as("P04"), "secret", "1.0", f.Digest, "zh-TW")
			return errors.Join(err, d.Body.Close())
		})
		reads(ismskit.OpenedCase, memo, func() error { _, err := o.kit.Evidence().Trail(o.ctx, o.as("P04"), memo); return err })
		last := o.now
		o.now = o.now.Add(time.Hour)
		if _, err := docs.Read(o.ctx, o.as("P04"), "open", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := docs.Read(o.ctx, o.as("P13"), "secret", ""); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("anybody reads it: %v", err)
		}
		if opened, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogOpenings, 0, 1); err != nil || !opened[0].At.Equal(last) {
			t.Errorf("what is open to all, or was refused, is an opening: %+v, %v", opened, err)
		}
	})
}

// What is not classified is opened without an entry.
func TestOrdinaryCasesLeaveNoOpenings(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.read("P13", id)
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"note": "已查"}})
		if opened, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogOpenings, 0, 10); err != nil || len(opened) != 0 {
			t.Fatalf("openings %+v, %v", opened, err)
		}
	})
}

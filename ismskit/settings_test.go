package ismskit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
)

// settingsLog is what the trail says of programs and servers, newest first.
func (o *office) settingsLog() []ismskit.SystemEntry {
	o.t.Helper()
	entries, err := o.kit.Evidence().System(o.ctx, o.as("P04"), ismskit.LogSettings, 0, 100)
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}

// runs has a server work until it has told a head of a request.
func (o *office) runs() {
	o.t.Helper()
	before := len(o.noticesOf("P11"))
	o.apply("P13", threeRows())
	ctx, cancel := context.WithCancel(o.ctx)
	ran := make(chan error, 1)
	go func() { ran <- o.kit.Run(ctx) }()
	o.wait(func() bool { return len(o.noticesOf("P11")) > before })
	cancel()
	if err := <-ran; err != nil {
		o.t.Fatal(err)
	}
}

func changesOf(e ismskit.SystemEntry) []string {
	var out []string
	for _, c := range e.Changes {
		to := fmt.Sprint(c.To)
		if strings.HasPrefix(c.Name, "type/") { // and its digest
			to, _, _ = strings.Cut(to, " ")
		}
		out = append(out, fmt.Sprintf("%s %v→%s", c.Name, c.From, to))
	}
	return out
}

// A new program brings a form, another asks less of uploads and has another key: whoever
// audits the house reads when that was, in the bundle too, and nothing that did not change.
func TestWhatAProgramBringsAndHowAServerIsSetUpAreEntries(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		key := aKey(t, "isms.example")
		o := signingOffice(t, store, key)
		first := o.settingsLog()
		if len(first) != 2 || first[0].Verb != ismskit.VerbPublished || first[1].Verb != ismskit.VerbPublished || first[0].By.Person != ismskit.SystemPerson {
			t.Fatalf("a program that starts on an empty database notes %+v", first)
		}
		if brought := changesOf(first[0]); len(brought) != 1 || !strings.HasPrefix(brought[0], "calendar/") {
			t.Errorf("its calendar: %v", brought)
		}
		trail := o.read("P13", o.apply("P13", threeRows()).Case).Trail
		if !slices.ContainsFunc(first[1].Changes, func(c ismskit.Changed) bool {
			return c.Name == "type/account_request" && strings.HasSuffix(fmt.Sprint(c.To), " "+trail[0].Definition)
		}) {
			t.Errorf("what it brought is not what was signed: %v", first[1].Changes)
		}

		setUp := func(more func(*ismskit.Config)) {
			o.extend(func(c *ismskit.Config) {
				c.Signer, c.Printer, c.CheckKey, c.Settings = key, print.A4{}, []byte(strings.Repeat("k", 32)), map[string]string{"checkpoint-folder": "/mnt/audit"}
				more(c)
			})
			o.runs()
		}
		setUp(func(*ismskit.Config) {})
		all := o.settingsLog()
		if len(all) != 3 || all[0].Verb != ismskit.VerbConfigured {
			t.Fatalf("a server that works notes %+v", all)
		}
		for _, want := range []string{"host/checkpoint-folder →/mnt/audit", "max_upload →20971520", "right/read_all →records/read_all", "signer →" + key.Verifier()} {
			if !slices.Contains(changesOf(all[0]), want) {
				t.Errorf("it does not note %q: %v", want, changesOf(all[0]))
			}
		}
		if said := fmt.Sprint(all[0].Changes); strings.Contains(said, "kkkk") {
			t.Errorf("a key stands on the trail: %s", said)
		}
		setUp(func(*ismskit.Config) {}) // the same again
		setUp(func(c *ismskit.Config) {
			c.MaxUpload, c.CheckKey, c.Settings = 1<<20, []byte(strings.Repeat("l", 32)), nil
			c.Types = append(c.Types, memo(t, twoStepFlow))
		})
		all = o.settingsLog()
		if len(all) != 5 {
			t.Fatalf("then it notes %+v", all[:len(all)-3])
		}
		if brought := changesOf(all[1]); !slices.Equal(brought, []string{"type/memo →1"}) {
			t.Errorf("a program with a form more brings %v", brought)
		}
		changed := changesOf(all[0])
		if len(changed) != 3 || !strings.HasPrefix(changed[0], "check_key ") || changed[1] != "host/checkpoint-folder /mnt/audit→" || changed[2] != "max_upload 20971520→1048576" {
			t.Errorf("what changed is %q", changed)
		}

		bundle := o.export("P04", ismskit.Export{System: true})
		if r := o.verifyBundle(bundle); len(r.Findings) > 0 {
			t.Errorf("%v", r.Findings)
		}
		if said := string(unzipped(t, bundle)["chains/settings.trail"]); !strings.Contains(said, "checkpoint-folder") || strings.Count(said, "\n") != 5 {
			t.Errorf("the bundle has of it\n%s", said)
		}
		if r, err := o.kit.Evidence().Audit(o.ctx, o.as("P04"), evidence.Options{}); err != nil || len(r.Findings) > 0 {
			t.Errorf("%v %v", r.Findings, err)
		}
	})
}

// Who may not look at the evidence of the house learns nothing of how it is set up.
func TestHowTheServerIsSetUpIsForThoseWhoAudit(t *testing.T) {
	o := openOffice(t, nil)
	if _, err := o.kit.Evidence().System(o.ctx, o.as("P13"), ismskit.LogSettings, 0, 10); err == nil {
		t.Error("a clerk reads it")
	}
}

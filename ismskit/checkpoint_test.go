package ismskit_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/witness"
	"github.com/ismskit/ismskit/workflow"
)

func aKey(t testing.TB, name string) evidence.Key {
	t.Helper()
	key, err := evidence.NewKey(name, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signingOffice is an office with a key.
func signingOffice(t testing.TB, store ismskit.Store, key evidence.Key, witnesses ...ismskit.Witness) *office {
	t.Helper()
	return openOfficeWith(t, store, func(c *ismskit.Config) {
		c.Signer, c.Witnesses, c.Printer = key, witnesses, print.A4{}
		c.TimeSource = func(context.Context) (evidence.Clock, error) {
			return evidence.Clock{Source: "tock.example", Offset: 3 * time.Millisecond}, nil
		}
	})
}

// checkpoints are those of the house, oldest first.
func (o *office) checkpoints() []ismskit.CheckpointInfo {
	o.t.Helper()
	page, err := o.kit.Evidence().Checkpoints(o.ctx, o.as("P04"), ismskit.CheckpointQuery{})
	if err != nil || page.More {
		o.t.Fatalf("more: %v, %v", page.More, err)
	}
	slices.Reverse(page.Points)
	return page.Points
}

// signs has the administrator sign a checkpoint now.
func (o *office) signs(key string) ismskit.CheckpointInfo {
	o.t.Helper()
	c, err := o.kit.Evidence().Checkpoint(o.ctx, o.as("P05"), key)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) audit(earlier ...[]byte) evidence.Report {
	o.t.Helper()
	r, err := o.kit.Evidence().Audit(o.ctx, o.as("P04"), evidence.Options{Checkpoints: earlier})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// Every night the heads of all chains that have grown go into the log, and the
// signed checkpoint leaves the administrators' reach.
func TestK15ACheckpointLeavesTheHouseEveryNight(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		key, auditor := aKey(t, "isms.example"), aKey(t, "audit.example")
		folder, box := t.TempDir(), &mailbox{}
		cosigner := witness.NewCosigner(auditor, key.Verifier(), evidence.Checkpoint{})
		o := signingOffice(t, store, key, witness.Folder{Dir: folder}, witness.Mail{Notifier: box, Address: "audit@office.example", Subject: "檢查點"}, cosigner)
		sent := o.apply("P13", threeRows())
		o.until(monday.AddDate(0, 0, 1))
		o.finish(sent.Case)
		o.until(monday.AddDate(0, 0, 2))

		all := o.checkpoints()
		if len(all) != 2 || all[1].Size <= all[0].Size || all[1].Clock.Source != "tock.example" {
			t.Fatalf("checkpoints: %+v", all)
		}
		for _, c := range all {
			if c.Time.In(taipei).Hour() != 2 || len(c.Told) != 3 {
				t.Errorf("%v, told %+v", c.Time, c.Told)
			}
			n, err := evidence.OpenNote(c.Note, key.Verifier(), auditor.Verifier())
			if err != nil || !slices.Equal(n.Signers, []string{"isms.example", "audit.example"}) {
				t.Errorf("signed by %v: %v", n.Signers, err)
			}
		}
		files, err := filepath.Glob(filepath.Join(folder, "*.note"))
		if err != nil || len(files) != 2 || len(box.mails) != 2 || cosigner.Last().Size != all[1].Size {
			t.Fatalf("%v, %d mails, %v", files, len(box.mails), err)
		}
		kept, err := os.ReadFile(files[0])
		if err != nil || !strings.Contains(box.mails[0].Body, string(kept)) {
			t.Errorf("mailed %q, kept %q, %v", box.mails[0].Body, kept, err)
		}
		if r := o.audit(kept); !r.Holds() || len(r.Earlier) != 1 || r.Cases != 4 {
			t.Errorf("%v, %+v", r.Findings, r)
		}
	})
}

// A double click, or a request that is sent again, has one checkpoint signed, which says who
// had it signed, whatever the house did meanwhile; the next time it is another.
func TestADoubleClickSignsOneCheckpoint(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := signingOffice(t, store, aKey(t, "isms.example"), witness.Folder{Dir: t.TempDir()})
		first := o.signs("page-1")
		o.apply("P13", threeRows())
		again := o.signs("page-1")
		if all := o.checkpoints(); len(all) != 1 || all[0].By != "P05" || again.Number != first.Number || !bytes.Equal(again.Note, first.Note) {
			t.Errorf("signed %d, again %d: %+v", first.Number, again.Number, all)
		}
		if next := o.signs("page-2"); next.Number <= first.Number || next.Size <= first.Size {
			t.Errorf("another page signed %+v", next)
		}
		o.signs("")
		o.signs("")
		if all := o.checkpoints(); len(all) != 4 {
			t.Errorf("%d after two without a key", len(all))
		}
		ask := ismskit.Opening{Type: "account_request", Values: threeRows(), Submit: true, Key: "page-1"}
		if _, err := o.kit.Open(o.ctx, o.as("P05"), ask); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("a request under the same key: %v", err)
		}
	})
}

// Two servers get the same click at the same moment.
func TestAClickOnTwoServersSignsOneCheckpoint(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	var wg sync.WaitGroup
	got := make([]int64, 4)
	failed := make([]error, len(got))
	for i := range got {
		wg.Go(func() {
			c, err := o.kit.Evidence().Checkpoint(o.ctx, o.as("P05"), "page")
			got[i], failed[i] = c.Number, err
		})
	}
	wg.Wait()
	if err := errors.Join(failed...); err != nil || len(slices.Compact(got)) != 1 || len(o.checkpoints()) != 1 {
		t.Errorf("%v: %v", got, err)
	}
}

// The checkpoints of years are read by pages; what a witness took late stands at the one it
// was told.
func TestCheckpointsAreReadByPages(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		w := &deaf{fails: 1}
		o := signingOffice(t, store, aKey(t, "isms.example"), w)
		var all []int64
		for range 5 {
			all = append(all, o.signs("").Number)
			o.apply("P13", threeRows())
		}
		o.settle()
		o.now = o.now.Add(time.Hour)
		o.settle()
		slices.Reverse(all)
		var read []int64
		for q := (ismskit.CheckpointQuery{Limit: 2}); ; {
			page, err := o.kit.Evidence().Checkpoints(o.ctx, o.as("P04"), q)
			if err != nil || page.MaySign || !slices.Equal(page.Witnesses, []string{"deaf"}) {
				t.Fatalf("%+v, %v", page, err)
			}
			for _, c := range page.Points {
				read = append(read, c.Number)
				if len(c.Told) != 1 {
					t.Errorf("checkpoint %d was told %v", c.Number, c.Told)
				}
			}
			if !page.More {
				break
			}
			q.Before = read[len(read)-1]
		}
		if !slices.Equal(read, all) {
			t.Errorf("read %v, signed %v", read, all)
		}
		note, err := o.kit.Evidence().CheckpointNote(o.ctx, o.as("P04"), all[2])
		if c := o.checkpoints()[2]; err != nil || !bytes.Equal(note, c.Note) {
			t.Errorf("%q, %v", note, err)
		}
		for _, none := range []int64{0, -1, all[0] + 1, all[4] - 1} {
			if _, err := o.kit.Evidence().CheckpointNote(o.ctx, o.as("P04"), none); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("checkpoint %d: %v", none, err)
			}
		}
		if _, err := o.kit.Evidence().CheckpointNote(o.ctx, o.as("P13"), all[0]); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("for a clerk: %v", err)
		}
	})
}

// A time source that is set and does not answer keeps no checkpoint from being signed, and
// reads differently from none, also for whoever opens a bundle years later.
func TestATimeSourceThatDoesNotAnswerIsSaidNotTo(t *testing.T) {
	key := aKey(t, "isms.example")
	o := signingOffice(t, nil, key)
	sent := o.apply("P13", threeRows())
	o.settle()
	for name, source := range map[string]struct {
		ask  func(context.Context) (evidence.Clock, error)
		want evidence.Clock
	}{
		"clock none": {nil, evidence.Clock{}},
		"clock silent tock.example": {func(context.Context) (evidence.Clock, error) {
			return evidence.Clock{Source: "tock.example", Offset: time.Hour}, errors.New("no route to it")
		}, evidence.Clock{Source: "tock.example", Silent: true}},
		"clock silent": {func(context.Context) (evidence.Clock, error) { return evidence.Clock{}, errors.New("no route to it") }, evidence.Clock{Silent: true}},
	} {
		o.extend(func(c *ismskit.Config) {
			c.Signer, c.Printer, c.TimeSource = key, print.A4{}, source.ask
		})
		if c := o.signs(""); c.Clock != source.want || !bytes.Contains(c.Note, []byte("\n"+name+"\n")) {
			t.Errorf("%s: it says %+v in\n%s", name, c.Clock, c.Note)
		}
		bundle := o.export("P13", ismskit.Export{Cases: []string{sent.Case}})
		if r := o.verifyBundle(bundle); !r.Holds() || r.Last.Clock != source.want || !bytes.Contains(bundle, []byte("\n"+name+"\n")) {
			t.Errorf("%s: the bundle says %+v, %v", name, r.Last.Clock, r.Findings)
		}
	}
}

// Two servers on one database with a key each would make two logs of one.
func TestALogGoesOnUnderOneName(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	o.signs("")
	o.extend(func(c *ismskit.Config) { c.Signer = aKey(t, "other.example") })
	if _, err := o.kit.Evidence().Checkpoint(o.ctx, o.as("P05"), ""); err == nil || !strings.Contains(err.Error(), "share the key") {
		t.Errorf("another server's key: %v", err)
	}
}

// deaf is a witness that is out of order for a while.
type deaf struct{ fails int }

func (*deaf) Name() string { return "deaf" }
func (d *deaf) Witness(_ context.Context, signed []byte, _ func(int64) ([]evidence.Digest, error)) ([]byte, error) {
	if d.fails--; d.fails >= 0 {
		return nil, errors.New("the share is away")
	}
	return signed, nil
}

func TestAWitnessThatFailsIsTriedAgainAndShown(t *testing.T) {
	w := &deaf{fails: 2}
	o := signingOffice(t, nil, aKey(t, "isms.example"), w)
	o.until(monday.AddDate(0, 0, 1))
	if all := o.checkpoints(); len(all) != 1 || len(all[0].Told) != 1 {
		t.Errorf("after two failures: %+v", all)
	}
	w.fails = 1000
	o.until(monday.AddDate(0, 0, 3))
	dead, err := o.kit.Queue().Dead(o.ctx, o.as("P05"), ismskit.JobFilter{})
	if err != nil || !slices.ContainsFunc(dead, func(j ismskit.Job) bool { return j.Kind == "witness" && strings.Contains(j.Error, "the share is away") }) {
		t.Errorf("those who look after the system see %+v, %v", dead, err)
	}
}

func TestWhoMayLookAtTheEvidenceOfTheWholeHouse(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	e := o.kit.Evidence()
	if _, err := e.Checkpoints(o.ctx, o.as("P13"), ismskit.CheckpointQuery{}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("checkpoints: %v", err)
	}
	if _, err := e.Audit(o.ctx, o.as("P13"), evidence.Options{}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("audit: %v", err)
	}
	if _, err := e.Checkpoint(o.ctx, o.as("P04"), ""); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("checkpoint: %v", err)
	}
	if _, err := e.Export(o.ctx, o.as("P13"), ismskit.Export{System: true}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("the system's trails: %v", err)
	}
	plain := openOffice(t, nil)
	if _, err := plain.kit.Evidence().Checkpoint(o.ctx, plain.as("P05"), ""); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("without a key: %v", err)
	}
}

func (o *office) export(person string, x ismskit.Export) []byte {
	o.t.Helper()
	write, err := o.kit.Evidence().Export(o.ctx, o.as(person), x)
	if err != nil {
		o.t.Fatalf("export by %s: %v", person, err)
	}
	var out bytes.Buffer
	if err := write(o.ctx, &out); err != nil {
		o.t.Fatalf("export by %s: %v", person, err)
	}
	return out.Bytes()
}

func (o *office) verifyBundle(bundle []byte, earlier ...[]byte) evidence.Report {
	o.t.Helper()
	r, err := o.kit.Evidence().VerifyBundle(o.ctx, o.as("P13"), bytes.NewReader(bundle), int64(len(bundle)), earlier...)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// B8.5: what was signed can be proved years later without the server.
func TestB8_5AnExportedCaseIsProvedWithoutTheServer(t *testing.T) {
	onDatabases(t, func(t *testing.T, store ismskit.Store) {
		o := signingOffice(t, store, aKey(t, "isms.example"))
		first := o.apply("P13", threeRows())
		o.finish(first.Case)
		o.until(monday.AddDate(0, 0, 1))
		early := o.checkpoints()[0].Note
		second := o.apply("P13", threeRows())
		o.until(monday.AddDate(0, 0, 2))

		one := o.export("P13", ismskit.Export{Cases: []string{first.Case}, Scope: map[string]string{"case": first.Case}, Decision: print.DecisionOf})
		r := o.verifyBundle(one, early)
		if !r.Holds() || r.Cases != 4 || len(r.Remarks) != 0 || len(r.Earlier) != 1 {
			t.Fatalf("%v, %v, %d cases", r.Findings, r.Remarks, r.Cases)
		}
		if r.By != "戶政科 科員 鍾明哲" {
			t.Errorf("made by %q", r.By)
		}
		if bytes.Contains(one, []byte(second.Case)) {
			t.Error("another case is in the bundle")
		}
		for _, want := range []string{"業務需要", "同意", "核章紀錄"} {
			if !bytes.Contains(one, []byte(want)) {
				t.Errorf("the bundle does not show %s", want)
			}
		}
		all := o.verifyBundle(o.export("P04", ismskit.Export{Query: record.Query{Types: []string{"account_request"}, Kinds: []string{ismskit.RecordCase}}, System: true}))
		if !all.Holds() || all.Cases < 5 || all.Chains < 10 {
			t.Errorf("%v, %d cases, %d chains", all.Findings, all.Cases, all.Chains)
		}
	})
}

// An export is on the trail, and holds only what its reader may read.
func TestAnExportIsOnTheTrailAndHoldsWhatItsReaderMayRead(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	sent := o.apply("P13", threeRows())
	o.settle()
	o.hire("P77", "路過人", "T17", "U03")
	if _, err := o.kit.Evidence().Export(o.ctx, o.as("P77"), ismskit.Export{Cases: []string{sent.Case}}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a case that is not his: %v", err)
	}
	if _, err := o.kit.Evidence().Export(o.ctx, o.as("P77"), ismskit.Export{}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("nothing to export: %v", err)
	}
	o.export("P13", ismskit.Export{Cases: []string{sent.Case}, Scope: map[string]string{"case": "IS"}})
	var entries []ismskit.TrailEntry
	err := o.store.View(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Trail().Entries(ctx, ismskit.EntryQuery{Chain: "exports", Limit: 10})
		entries = found
		return err
	})
	if err != nil || len(entries) != 1 || entries[0].Actor != "P13" || entries[0].Kind != "export" {
		t.Errorf("%+v, %v", entries, err)
	}
}

// A field that a step hides from its signer leaves the house with neither page nor
// trail; the digests still tell that nothing was changed.
func TestWhatAStepHidesStaysOutOfItsSignersBundle(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	secret, grade := "前任停職", "玖等三級"
	o.extend(func(c *ismskit.Config) {
		c.Types = append(c.Types, hiringTypes(t, "what")...)
		c.Signer, c.Printer = aKey(t, "isms.example"), print.A4{}
	})
	sent := o.open("P13", "hiring", forms.Values{"what": "補實職缺", "reason": secret, "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": grade}}}, true)
	o.settle()
	bundle := o.export("P11", ismskit.Export{Cases: []string{sent.Case}})
	if bytes.Contains(bundle, []byte(secret)) || bytes.Contains(bundle, []byte(grade)) || !bytes.Contains(bundle, []byte("補實職缺")) {
		t.Error("the bundle shows a hidden field, or not the others")
	}
	if r := o.verifyBundle(bundle); !r.Holds() || r.Absent == 0 {
		t.Errorf("%v, %d entries without content", r.Findings, r.Absent)
	}
	if whole := o.export("P13", ismskit.Export{Cases: []string{sent.Case}}); !bytes.Contains(whole, []byte(secret)) {
		t.Error("the applicant does not get his own words")
	}
	o.act("P11", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
}

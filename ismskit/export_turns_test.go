package ismskit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// bundle gets a bundle of one case ready.
func (o *office) bundle(ctx context.Context, person, id string) (write func(context.Context, io.Writer) error, err error) {
	return o.kit.Evidence().Export(ctx, o.as(person), ismskit.Export{Cases: []string{id}})
}

// Somebody has five bundles waiting or being made at once, and is told so at the sixth; one
// that is written, or that he no longer waits for, makes room. Nobody else is kept waiting.
func TestSomebodyHasFiveBundlesUnderWayAtOnce(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	id := o.apply("P13", threeRows()).Case
	o.settle()
	leaves, gone := context.WithCancel(o.ctx)
	var written func(context.Context, io.Writer) error
	for i := range ismskit.MaxBundles {
		ctx := o.ctx
		if i == 0 {
			ctx = leaves
		}
		write, err := o.bundle(ctx, "P13", id)
		if err != nil {
			t.Fatal(err)
		}
		written = write
	}
	var tooMany *ismskit.TooManyBundles
	refused := func() bool {
		t.Helper()
		_, err := o.bundle(o.ctx, "P13", id)
		if err != nil && !errors.As(err, &tooMany) {
			t.Fatal(err)
		}
		return err != nil
	}
	if !refused() {
		t.Fatal("a sixth is made")
	}
	if told := tooMany.Text("zh-TW"); told != "您已有 5 份封存檔等候或製作中，請待其中一份完成後再試。" {
		t.Errorf("told %q", told)
	}
	if _, err := o.bundle(o.ctx, "P11", id); err != nil {
		t.Errorf("another reader: %v", err)
	}
	if err := written(o.ctx, io.Discard); err != nil {
		t.Fatal(err)
	}
	if refused() {
		t.Error("one is written, and there is no room")
	}
	gone()
	o.wait(func() bool { return !refused() })
}

// leaving takes its reader away as soon as something is delivered, or this.
type leaving struct {
	bytes.Buffer
	leave func()
	at    string
}

// Write implements io.Writer.
func (l *leaving) Write(b []byte) (int, error) {
	if l.leave != nil && bytes.Contains(b, []byte(l.at)) {
		l.leave()
		l.leave = nil
	}
	return l.Buffer.Write(b)
}

// Who has left, cannot sign in any more or has lost the right while his bundle waited, or
// while it was made, does not get it.
func TestABundleIsNotMadeForWhoMayNoLongerHaveIt(t *testing.T) {
	for name, end := range map[string]struct {
		do   func(o *office, shut map[string]bool)
		want error
	}{
		"he has left":       {func(o *office, _ map[string]bool) { o.leave("P04") }, ismskit.ErrForbidden},
		"his login is shut": {func(_ *office, shut map[string]bool) { shut["P04"] = true }, ismskit.ErrForbidden},
		"he has lost the role": {func(o *office, _ map[string]bool) {
			o.change(register.Roles, "records.read_all", func(v forms.Values) { v["members"] = []forms.Row{} })
		}, ismskit.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			for when, during := range map[string]bool{"while it waits": false, "while it is made": true} {
				shut := map[string]bool{}
				o := signingOffice(t, nil, aKey(t, "isms.example"))
				o.extend(func(c *ismskit.Config) {
					c.Signer, c.Printer = aKey(t, "isms.example"), print.A4{}
					c.SignsIn = func(context.Context, string) (in []string, err error) {
						for _, p := range []string{"P01", "P04", "P05", "P11", "P13"} {
							if !shut[p] {
								in = append(in, p)
							}
						}
						return in, nil
					}
				})
				o.apply("P13", threeRows())
				o.settle()
				write, err := o.kit.Evidence().Export(o.ctx, o.as("P04"), ismskit.Export{System: true})
				if err != nil {
					t.Fatal(err)
				}
				out := &leaving{}
				if during {
					out.leave = func() { end.do(o, shut) }
				} else {
					end.do(o, shut)
				}
				if err := write(o.ctx, out); !errors.Is(err, end.want) {
					t.Errorf("%s: %v", when, err)
				}
				if !during && out.Len() > 0 {
					t.Errorf("%s: %d bytes were delivered", when, out.Len())
				}
			}
		})
	}
}

// Of a 「密」 document its trail and its file, and of a case its files, come later than it was
// asked whether he may have them: who has lost the right meanwhile does not get them.
func TestABundleStopsBeforeATrailOrFileThatIsItsReadersNoMore(t *testing.T) {
	const secret = "%PDF-1.7 P10"
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	o.extend(func(c *ismskit.Config) {
		c.Signer, c.Printer, c.Blobs = aKey(t, "isms.example"), print.A4{}, memory.NewBlobs()
		c.Rights.ManageRecords = []string{"records/records_manager"}
	})
	o.role("records", "records_manager", "P10")
	scan := o.scan("P10")
	document := o.file(ismskit.Filing{
		Document: document.Document{Number: "IS-09-001", Title: map[string]string{"zh-TW": "密件"}, Level: 3, Class: ismskit.ClassConfidential},
		Version: document.Version{Label: "1.0", Issued: "2024-08-05", Files: []document.File{
			{Name: scan.Name, Digest: scan.Digest, Size: scan.Size, MediaType: "application/pdf", Main: true}}}})
	block := o.reserve(1)
	entered, err := o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: o.onPaper(block[0].Number), Submit: true})
	if err != nil {
		t.Fatal(err)
	}
	o.settle()
	for name, of := range map[string]struct {
		export ismskit.Export
		at     string // what is delivered as he loses the right
		not    string // what is not delivered
	}{
		"the trail of a document": {ismskit.Export{Query: record.Query{Kinds: []string{ismskit.RecordDocument}}}, evidence.PageName, document},
		"the file of a document":  {ismskit.Export{Query: record.Query{Kinds: []string{ismskit.RecordDocument}}}, document, secret},
		"the file of a case":      {ismskit.Export{Cases: []string{entered.Case}}, entered.Number, secret},
	} {
		t.Run(name, func(t *testing.T) {
			write, err := o.kit.Evidence().Export(o.ctx, o.as("P04"), of.export)
			if err != nil {
				t.Fatal(err)
			}
			var members any
			out := &leaving{at: of.at, leave: func() {
				o.change(register.Roles, "records.read_all", func(v forms.Values) { members, v["members"] = v["members"], []forms.Row{} })
			}}
			if err := write(o.ctx, out); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("it goes on: %v", err)
			}
			if out.leave != nil {
				t.Fatalf("he never lost the right: %s is not delivered", of.at)
			}
			if bytes.Contains(out.Bytes(), []byte(of.not)) {
				t.Errorf("%s is delivered", of.not)
			}
			o.change(register.Roles, "records.read_all", func(v forms.Values) { v["members"] = members })
			if whole := o.export("P04", of.export); !bytes.Contains(whole, []byte(of.not)) {
				t.Errorf("who may has no %s", of.not)
			}
		})
	}
}

// Who can sign in names everybody who can: a bundle of many cases does not ask for each, but
// in between too, so that whose login is shut while it is made gets no more of it.
func TestABundleOfManyCasesAsksNowAndThenWhoCanSignIn(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	asked, shut := 0, false
	o.extend(func(c *ismskit.Config) {
		c.Signer, c.Printer = aKey(t, "isms.example"), print.A4{}
		c.SignsIn = func(context.Context, string) ([]string, error) {
			if asked++; shut {
				return []string{"P05"}, nil
			}
			return []string{"P04", "P05"}, nil
		}
	})
	const cases = 60
	for range cases {
		o.apply("P13", threeRows())
	}
	o.settle()
	export := func(out io.Writer) error {
		asked = 0
		write, err := o.kit.Evidence().Export(o.ctx, o.as("P04"), ismskit.Export{})
		if err != nil {
			t.Fatal(err)
		}
		return write(o.ctx, out)
	}
	trails := func(out *leaving) int {
		names := map[string]bool{}
		for _, name := range regexp.MustCompile(`cases/[0-9A-Za-z-]+\.trail`).FindAll(out.Bytes(), -1) {
			names[string(name)] = true
		}
		return len(names)
	}
	whole := &leaving{}
	if err := export(whole); err != nil {
		t.Fatal(err)
	}
	if asked < 3 || asked > 5 {
		t.Errorf("asked %d times for some %d cases", asked, cases)
	}
	cut := &leaving{leave: func() { shut = true }}
	if err := export(cut); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("his login is shut, and it goes on: %v", err)
	}
	if got, all := trails(cut), cases; got == 0 || got >= all || trails(whole) < all {
		t.Errorf("%d of %d trails were delivered, of %d in the whole", got, all, trails(whole))
	}
}

// holding is a printer that holds every sheet until it is let go.
type holding struct {
	print.A4
	arrived atomic.Int32
	letGo   chan struct{}
}

// Case implements ismskit.Printer.
func (h *holding) Case(ctx context.Context, of ismskit.Case, o ismskit.Imprint) (ismskit.Printout, error) {
	h.arrived.Add(1)
	<-h.letGo
	return h.A4.Case(ctx, of, o)
}

// However many bundles are made at once, only some of the machine is theirs: while their
// sheets are held, no more arrive, and each of them is made once they are let go.
func TestBundlesLeaveTheRestOfTheMachineToThePages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := signingOffice(t, nil, aKey(t, "isms.example"))
		sheets := &holding{letGo: make(chan struct{})}
		o.extend(func(c *ismskit.Config) { c.Signer, c.Printer = aKey(t, "isms.example"), sheets })
		id := o.apply("P13", threeRows()).Case
		o.settle()
		var ready []func(context.Context, io.Writer) error
		for _, reader := range []string{"P13", "P11", "P04"} {
			for range ismskit.MaxBundles {
				write, err := o.bundle(o.ctx, reader, id)
				if err != nil {
					t.Fatal(err)
				}
				ready = append(ready, write)
			}
		}
		var all sync.WaitGroup
		for _, write := range ready {
			all.Go(func() {
				if err := write(o.ctx, io.Discard); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // all of them wait: for their sheet, or for their turn
		atOnce, want := int(sheets.arrived.Load()), max(1, runtime.GOMAXPROCS(0)/2)
		close(sheets.letGo)
		all.Wait()
		if atOnce != want {
			t.Errorf("%d of %d bundles at once, %d are to be", atOnce, len(ready), want)
		}
		if made := int(sheets.arrived.Load()); made < len(ready) {
			t.Errorf("%d sheets of %d bundles", made, len(ready))
		}
	})
}

// Somebody decides while a bundle is written, at whichever of its reads: the case's state, its page
// and its trail are of one moment.
func TestACaseInABundleIsOfOneMoment(t *testing.T) {
	store := &between{Store: memory.New(), do: func() {}}
	o := openOfficeWith(t, store, func(c *ismskit.Config) {
		c.Types, c.Signer, c.Printer = append(c.Types, plainType(t)), aKey(t, "isms.example"), print.A4{}
	})
	states, decided := map[int]string{}, true
	for n := 1; decided && n < 200; n++ {
		id := o.open("P13", "plain", forms.Values{"subject": "簽辦"}, true).Case
		write, err := o.bundle(o.ctx, "P13", id)
		if err != nil {
			t.Fatal(err)
		}
		decided = false
		store.do = func() {
			store.left, decided = 0, true // what is done here reads too
			o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		}
		store.left = n
		var out bytes.Buffer
		if err := write(o.ctx, &out); err != nil {
			t.Fatal(err)
		}
		store.left = 0
		m, r := manifestOf(t, out.Bytes()), o.verifyBundle(out.Bytes())
		if said, ok := states[r.Entries]; ok && said != m.Cases[0].State {
			t.Errorf("decided at read %d: with %d entries it is %s, and was %s", n, r.Entries, m.Cases[0].State, said)
		}
		states[r.Entries] = m.Cases[0].State
		files, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		page, err := files.Open(m.Cases[0].PageFile())
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(page)
		if err != nil || !bytes.Contains(text, fmt.Appendf(nil, "封存紀錄共 %d 筆", r.Entries)) {
			t.Errorf("decided at read %d: the page doesn't say that there are %d entries, %v", n, r.Entries, err)
		}
	}
	if decided || len(states) != 2 {
		t.Errorf("it was decided at each read: %v, %v", !decided, states)
	}
}

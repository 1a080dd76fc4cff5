package evidence

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestABundleHoldsAsItWasExported(t *testing.T) {
	h := anOffice(t)
	early := h.points[0].Note
	r := verified(t, h.bundle(), Options{Checkpoints: [][]byte{early}, Keys: []string{h.key.Verifier()}})
	if !r.Holds() || len(r.Remarks) > 0 {
		t.Fatalf("%v, %v", r.Findings, r.Remarks)
	}
	if r.Cases != 2 || r.Chains != 1 || r.Entries != 5 || r.Checkpoints != 2 || len(r.Earlier) != 1 || r.Last != h.last || r.By != "王大明" {
		t.Errorf("%+v", r)
	}
	if !bytes.Equal(h.bundle(), h.bundle()) {
		t.Error("the same content makes two bundles")
	}
}

func TestWhatIsNotExcludedIsSaid(t *testing.T) {
	h := anOffice(t)
	h.act("case/1", "comment", map[string]any{"comment": "補充"})
	r := verified(t, h.bundle(), Options{})
	if r.Result() != Unvouched || r.Holds() || !strings.Contains(r.Text("zh-TW"), "▲ 簽章金鑰未經另行查證") {
		t.Errorf("%s\n%s", r.Result(), r.Text("zh-TW"))
	}
	var said []string
	for _, f := range r.Remarks {
		said = append(said, f.Code)
	}
	slices.Sort(said)
	if len(r.Findings) > 0 || !slices.Equal(said, []string{"key_untrusted", "no_earlier", "uncovered"}) {
		t.Errorf("%v, %v", r.Findings, said)
	}
}

// Any byte changed, in any region of the container, is found.
func TestEveryByteOfABundleIsAccountedFor(t *testing.T) {
	h := anOffice(t)
	bundle, own := h.bundle(), Options{Keys: []string{h.key.Verifier()}}
	if r := verified(t, bundle, own); !r.Holds() {
		t.Fatal(r.Findings)
	}
	step := 1
	if testing.Short() {
		step = 7
	}
	for i := 0; i < len(bundle); i += step {
		changed := bytes.Clone(bundle)
		changed[i] ^= 1 << (i % 8)
		if verified(t, changed, own).Holds() {
			t.Errorf("byte %d, %q in %q: not found", i, bundle[i], bundle[max(0, i-20):min(len(bundle), i+20)])
		}
	}
	for i := 0; i < len(bundle); i += 11 {
		if verified(t, bundle[:i], own).Holds() {
			t.Errorf("cut off after %d bytes: not found", i)
		}
		if verified(t, slices.Insert(bytes.Clone(bundle), i, 'x'), own).Holds() {
			t.Errorf("a byte more at %d: not found", i)
		}
		if verified(t, slices.Delete(bytes.Clone(bundle), i, i+1), own).Holds() {
			t.Errorf("a byte less at %d: not found", i)
		}
	}
	for _, more := range []string{"x", "\x00"} {
		if verified(t, append(bytes.Clone(bundle), more...), own).Holds() || verified(t, append([]byte(more), bundle...), own).Holds() {
			t.Error("a byte before or after: not found")
		}
	}
}

func TestTheReportSaysWhere(t *testing.T) {
	h := anOffice(t)
	bundle := h.bundle()
	for what, want := range map[string]string{
		"核准":          "file_changed",
		"%PDF-1.7 附件": "attachment_changed",
	} {
		changed := bytes.Replace(bundle, []byte(what), []byte(strings.Replace(what, what[:1], "X", 1)), 1)
		r := verified(t, changed, Options{})
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Code == want })
		if i < 0 || !strings.HasPrefix(r.Findings[i].Case, "IS-04-023-") {
			t.Errorf("%s changed: %v", what, r.Findings)
		}
	}
	changed := bytes.Replace(bundle, []byte(`\"職務調整\"`), []byte(`\"職務升遷\"`), 1)
	r := verified(t, changed, Options{})
	if got := codes(r); !slices.Contains(got, "chain_payload_false IS-04-023-1case/1 1-1") {
		t.Errorf("%v", got)
	}
	for _, f := range r.Findings {
		if f.Code == "chain_payload_false" && f.Text("zh-TW") != "案件 IS-04-023-1 的軌跡第 1 筆內容被更動。" {
			t.Errorf("%s", f.Text("zh-TW"))
		}
	}
}

// Whoever has the server's key can sign any bundle: chains and tree must tell.
func TestTrailsThatWereTamperedWithAreFoundThoughSignedAgain(t *testing.T) {
	for name, tamper := range map[string]func(h *house){
		"chain_missing IS-04-023-1case/1 2-2": func(h *house) {
			h.chains["case/1"] = slices.Delete(h.chains["case/1"], 1, 2)
		},
		"chain_out_of_order IS-04-023-1case/1 2-2": func(h *house) {
			c := h.chains["case/1"]
			c[1], c[2] = c[2], c[1]
		},
		"chain_missing IS-04-023-1case/1 3-3": func(h *house) {
			h.chains["case/1"] = h.chains["case/1"][:2]
		},
		"chain_payload_false IS-04-023-1case/1 2-2": func(h *house) {
			h.chains["case/1"][1].Content = []byte(`{"comment":"不同意"}`)
		},
		"hash_false IS-04-023-1case/1 2-2": func(h *house) {
			h.chains["case/1"][1].Hash[0]++
		},
		"chain_head_false IS-04-023-1case/1 3-3": func(h *house) { h.rewrite("case/1") },
		"attachment_unnamed IS-04-023-1case/1 0-0": func(h *house) {
			h.files["1"] = []byte("another")
		},
		"leaf_stray IS-04-023-0099case/1 2-3": func(h *house) {
			delete(h.chains, "case/1")
			h.gone = map[string]string{"case/1": "IS-04-023-0099"}
		},
		"leaf_stray list/people/王 1-1": func(h *house) { delete(h.chains, "list/people/王") },
	} {
		h := anOffice(t)
		tamper(h)
		if got := codes(verified(t, h.bundle(), Options{})); !slices.Contains(got, name) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// rewrite makes a chain anew with another story, every hash right.
func (h *house) rewrite(chain string) {
	old := h.chains[chain]
	now := h.now
	delete(h.chains, chain)
	for _, s := range old {
		h.now = s.At.Add(-1e9 * 60)
		h.act(chain, s.Kind, map[string]any{"comment": "改寫"})
	}
	h.now = now
}

// A history that was made anew, trail, tree, checkpoints and signatures, holds in
// itself. An older checkpoint finds it.
func TestAHistoryRebuiltWithTheServersOwnKeyIsFoundByAnOlderCheckpoint(t *testing.T) {
	h := anOffice(t)
	first, second := h.points[0].Note, h.points[1].Note
	h.rewrite("case/1")
	h.log, h.leaves, h.points = &Log{}, nil, nil
	h.checkpoint()
	h.checkpoint()
	key := []string{h.key.Verifier()}
	if r := verified(t, h.bundle(), Options{Keys: key}); !r.Holds() {
		t.Fatalf("the forger was clumsy: %v", r.Findings)
	}
	for _, old := range [][]byte{first, second} {
		r := verified(t, h.bundle(), Options{Keys: key, Checkpoints: [][]byte{old}})
		if len(r.Findings) != 1 || r.Findings[0].Code != "history_rebuilt" && r.Findings[0].Code != "history_short" {
			t.Errorf("%v", r.Findings)
		}
	}
	short := anOffice(t)
	last := short.points[1].Note
	short.chains["case/1"] = short.chains["case/1"][:1]
	delete(short.chains, "case/2")
	short.log, short.leaves, short.points = &Log{}, nil, nil
	short.checkpoint()
	if got := verified(t, short.bundle(), Options{Checkpoints: [][]byte{last}}); len(got.Findings) != 1 || got.Findings[0].Code != "history_short" {
		t.Errorf("%v", got.Findings)
	}
}

func TestACheckpointOfAnotherHouseOrKeyIsRefused(t *testing.T) {
	h, other := anOffice(t), anOffice(t)
	r := verified(t, h.bundle(), Options{Checkpoints: [][]byte{other.points[0].Note, []byte("nonsense")}})
	if got := codes(r); !slices.Equal(got, []string{"earlier_signature  0-0", "earlier_signature  0-0"}) {
		t.Errorf("%v", got)
	}
	// A key that isn't trusted is not taken because it lies in the bundle.
	r = verified(t, h.bundle(), Options{Keys: []string{other.key.Verifier()}})
	if got := codes(r); !slices.Contains(got, "manifest_signature  0-0") {
		t.Errorf("%v", got)
	}
}

// B8.5: what was disposed of by law is gone, and the trail still holds.
func TestPayloadsThatWereLawfullyDisposedOfStillVerify(t *testing.T) {
	h := anOffice(t)
	for i := range h.chains["case/2"] {
		h.chains["case/2"][i].Content = nil
	}
	r := verified(t, h.bundle(), Options{Keys: []string{h.key.Verifier()}})
	if !r.Holds() || r.Absent != 1 {
		t.Errorf("%d without content: %v", r.Absent, r.Findings)
	}
}

func TestAPayloadThatIsNoTextIsExportedAsItIs(t *testing.T) {
	h := anOffice(t)
	h.chains["case/1"][1].Content = []byte{0xff, 0xfe}
	if got := codes(verified(t, h.bundle(), Options{})); !slices.Contains(got, "chain_payload_false IS-04-023-1case/1 2-2") {
		t.Errorf("%v", got)
	}
}

// A reader that read over the end of a line in it would hold two files to be the same.
func TestAPayloadThatIsNoTextIsReadInOneWay(t *testing.T) {
	h := anOffice(t)
	stored := h.chains["case/1"][1]
	stored.Content = []byte{0xff, 0xfe}
	line, err := appendLine(nil, stored)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseLine(line[:len(line)-1]); err != nil {
		t.Fatal(err)
	}
	broken := bytes.Replace(line[:len(line)-1], []byte(`"payload_base64":"`), []byte(`"payload_base64":"\n`), 1)
	if _, err := parseLine(broken); !errors.Is(err, ErrTrailLine) {
		t.Errorf("%s: %v", broken, err)
	}
}

func TestABundleIsWrittenInOrder(t *testing.T) {
	h := anOffice(t)
	b, err := NewBundle(&bytes.Buffer{}, Manifest{Origin: "isms.example", Made: h.now}, h.proofs(), h.key)
	fatal(t, err)
	fatal(t, b.AddCase(BundleCase{ID: "2", Chain: "case/2"}, nil, nil))
	for _, id := range []string{"1", "2"} {
		if err := b.AddCase(BundleCase{ID: id, Chain: "case/" + id}, nil, nil); !errors.Is(err, ErrOrder) {
			t.Errorf("case %s after 2: %v", id, err)
		}
	}
}

func TestNamesInABundleGoNowhereElse(t *testing.T) {
	for _, name := range []string{"", "/a", "a/", "../a", "a/../b", "a//b", ".a", "a\\b", "a b", "ä", "a:b", "a\x00", strings.Repeat("a", longestName+1)} {
		if memberName(name) {
			t.Errorf("%.20q may stand in a bundle", name)
		}
	}
	for _, part := range []string{"..", "a/b", "王", "A", "%2e", "."} {
		if name := chainFile(part); !memberName(name) || strings.Count(name, "/") != 1 {
			t.Errorf("%q became %q", part, name)
		}
	}
}

func TestAWitnessSignsBesideTheHouse(t *testing.T) {
	h := anOffice(t)
	witness, err := NewKey("audit.example", rand.Reader)
	fatal(t, err)
	keys := []string{h.key.Verifier(), witness.Verifier()}
	last := &h.points[len(h.points)-1]
	last.Note, err = Cosign(last.Note, keys[:1], witness)
	fatal(t, err)
	for i, o := range []Options{{Keys: keys}, {Keys: keys[:1], Witnesses: keys[1:]}} {
		if r := verified(t, h.bundle(), o); !r.Holds() || !slices.Equal(r.Witnesses, []string{"audit.example"}) {
			t.Errorf("%d: %v %v", i, r.Findings, r.Witnesses)
		}
	}
	// Without his key nobody can tell whether he did.
	r := verified(t, h.bundle(), Options{Keys: keys[:1]})
	if !r.Holds() || len(r.Witnesses) > 0 || !slices.ContainsFunc(r.Remarks, func(f Finding) bool { return f.Code == "witness_claimed" && f.Params["names"] == "audit.example" }) {
		t.Errorf("%v %v %v", r.Findings, r.Witnesses, r.Remarks)
	}
	if _, err := Cosign(h.points[0].Note, keys[1:], witness); !errors.Is(err, ErrSignature) {
		t.Errorf("a witness signed what the house has not: %v", err)
	}
}

func FuzzBundle(f *testing.F) {
	h := anOffice(f)
	bundle := h.bundle()
	want := sha256.Sum256(bundle)
	f.Add(bundle)
	f.Add(bundle[:len(bundle)/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	key := []string{h.key.Verifier()}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := VerifyBundle(bytes.NewReader(b), int64(len(b)), Options{Keys: key})
		if err != nil {
			t.Fatal(err)
		}
		if r.Holds() && sha256.Sum256(b) != want {
			t.Error("another bundle holds under the house's key")
		}
		for _, f := range r.Findings {
			if f.Text("zh-TW") == f.Code {
				t.Errorf("%s has no text", f.Code)
			}
		}
	})
}

// BenchmarkVerifyBundle checks a bundle of 10,000 cases with eight entries each.
func BenchmarkVerifyBundle(b *testing.B) {
	const cases = 10_000
	h := newHouse(b)
	form := aForm()
	for i := range cases {
		for range 8 {
			h.act(fmt.Sprintf("case/%06d", i), "approve", form)
		}
	}
	h.checkpoint()
	bundle := h.bundle()
	b.SetBytes(int64(len(bundle)))
	for b.Loop() {
		if r := verified(b, bundle, Options{Keys: []string{h.key.Verifier()}}); !r.Holds() {
			b.Fatal(r.Findings)
		}
	}
	b.ReportMetric(float64(b.N*cases)/b.Elapsed().Seconds(), "cases/s")
}

// A file that is no bundle is told as that, and nothing is said of what it holds.
func TestOfAFileThatIsNoBundleNothingIsListed(t *testing.T) {
	for name, file := range map[string][]byte{"a PDF": []byte("%PDF-1.7\n1 0 obj\n"), "nothing": nil} {
		r := verified(t, file, Options{})
		if r.Result() != Failing || len(r.Findings) != 1 || r.Findings[0].Code != "no_bundle" {
			t.Errorf("%s: %v", name, r.Findings)
		}
		if lines := r.Lines("zh-TW"); len(lines) != 0 {
			t.Errorf("%s: %q", name, lines)
		}
	}
}

// What is left of a bundle that was cut off is not told as another file.
func TestTheRestOfABundleIsNoOtherFile(t *testing.T) {
	b := anOffice(t).bundle()
	for name, file := range map[string][]byte{"its beginning": b[:len(b)/2], "its end": b[len(b)/2:]} {
		for _, f := range verified(t, file, Options{}).Findings {
			if f.Code == "no_bundle" {
				t.Errorf("%s is taken for another file", name)
			}
		}
	}
}

// A document's file is proved by its own trail, and in trails of before these named files by
// that of the case by which the trail says the version was filed; by no other case, to which
// anything can be attached.
func TestAFileOfAChainIsProvedByTheCaseThatIssuedIt(t *testing.T) {
	file := Digest(sha256.Sum256([]byte("%PDF-1.7 附件"))) // which case 2 names
	another := Digest(sha256.Sum256([]byte("another"))).String()
	filed := func(via string, files ...any) map[string]any {
		m := map[string]any{"verb": "file", "via": via}
		if len(files) > 0 {
			m["files"] = files
		}
		return m
	}
	stopped := map[string]any{"verb": "stop", "via": "case/2"}
	for name, of := range map[string]struct {
		entries []map[string]any
		told    bool
	}{
		"by its own entry":                     {[]map[string]any{filed("case/1", file.String())}, false},
		"by the case that issued it":           {[]map[string]any{filed("case/1", another), filed("case/2")}, false},
		"by another case":                      {[]map[string]any{filed("case/1"), filed("named")}, true},
		"by the case, whose entry has another": {[]map[string]any{filed("case/2", another)}, true},
		"by the case that stopped it":          {[]map[string]any{filed("case/1"), stopped}, true},
	} {
		h := anOffice(t)
		h.listed = []Attachment{{SHA256: file, Name: "程序書.md", Field: "1.4"}}
		for _, payload := range of.entries {
			h.act("list/people/王", "file", payload)
		}
		told := slices.ContainsFunc(verified(t, h.bundle(), Options{}).Remarks, func(f Finding) bool { return f.Code == "attachment_unnamed" })
		if told != of.told {
			t.Errorf("%s: unnamed %t", name, told)
		}
	}
}

package evidence

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const aCase = "case/115-0001"

// line is an entry with the payload kept beside it.
type line struct {
	entry   Entry
	payload []byte
}

func walk(lines []line) iter.Seq2[Entry, []byte] {
	return func(yield func(Entry, []byte) bool) {
		for _, l := range lines {
			if !yield(l.entry, l.payload) {
				return
			}
		}
	}
}

func fatal(t interface{ Fatal(...any) }, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// trail is a chain of n entries with its head.
func trail(t interface{ Fatal(...any) }, n int) ([]line, Head) {
	head := Head{Chain: aCase}
	start := time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	var lines []line
	for i := range n {
		payload, err := Canonical(map[string]any{"decision": "approve", "comment": fmt.Sprintf("第%d次", i)})
		fatal(t, err)
		e, next, err := Next(head, Entry{At: start.Add(time.Duration(i) * time.Hour), Kind: "task.approved", Actor: "person/u01", For: "person/u02"}, payload)
		fatal(t, err)
		lines, head = append(lines, line{e, payload}), next
	}
	return lines, head
}

func verify(lines []line, known ...Head) string {
	_, faults := Verify(Head{Chain: aCase}, walk(lines), known...)
	var all []string
	for _, f := range faults {
		all = append(all, fmt.Sprintf("%d-%d %s", f.Seq, f.To, f.Code))
	}
	return strings.Join(all, ", ")
}

func TestATrailHolds(t *testing.T) {
	lines, head := trail(t, 9)
	got, faults := Verify(Head{Chain: aCase}, walk(lines), head, Head{aCase, 4, lines[3].entry.Hash()})
	if got != head || faults != nil {
		t.Errorf("%+v, %v", got, faults)
	}
	after := Head{aCase, 4, lines[3].entry.Hash()}
	if got, faults := Verify(after, walk(lines[4:]), head, after); got != head || faults != nil {
		t.Errorf("from the fourth entry on: %+v, %v", got, faults)
	}
	if got, faults := Verify(Head{Chain: aCase}, walk(nil)); got != (Head{Chain: aCase}) || faults != nil {
		t.Errorf("an empty trail: %+v, %v", got, faults)
	}
}

// Lawful disposal deletes payloads; who did what when still verifies.
func TestATrailHoldsWithoutItsPayloads(t *testing.T) {
	lines, head := trail(t, 4)
	for i := range lines {
		lines[i].payload = nil
	}
	if got := verify(lines, head); got != "" {
		t.Error(got)
	}
	lines[2].payload = []byte{}
	if got := verify(lines, head); got != "3-3 payload_false" {
		t.Errorf("an empty payload is not a disposed one: %s", got)
	}
}

func TestEveryFaultIsReported(t *testing.T) {
	for name, c := range map[string]struct {
		change func(l []line) []line
		want   string
	}{
		"a payload rewritten":    {func(l []line) []line { l[2].payload = []byte(`{}`); return l }, "3-3 payload_false"},
		"two payloads rewritten": {func(l []line) []line { l[0].payload, l[4].payload = []byte(`{}`), []byte(`1`); return l }, "1-1 payload_false, 5-5 payload_false"},
		"an entry and its payload": {func(l []line) []line {
			l[2].payload = []byte(`{}`)
			l[2].entry.Payload = PayloadDigest([]byte(`{}`))
			return l
		}, "4-4 unlinked"},
		"an actor changed":                {func(l []line) []line { l[1].entry.Actor = "person/u09"; return l }, "3-3 unlinked"},
		"a time changed":                  {func(l []line) []line { l[1].entry.At = l[1].entry.At.Add(time.Microsecond); return l }, "3-3 unlinked"},
		"the last entry changed":          {func(l []line) []line { l[5].entry.Actor = "person/u09"; return l }, "6-6 head_false"},
		"one deleted":                     {func(l []line) []line { return slices.Delete(l, 2, 3) }, "3-3 missing"},
		"some deleted":                    {func(l []line) []line { return slices.Delete(l, 1, 4) }, "2-4 missing"},
		"the first deleted":               {func(l []line) []line { return l[1:] }, "1-1 missing"},
		"the end cut off":                 {func(l []line) []line { return l[:4] }, "5-6 missing"},
		"all deleted":                     {func(l []line) []line { return nil }, "1-6 missing"},
		"one twice":                       {func(l []line) []line { return slices.Insert(l, 2, l[1]) }, "2-2 out_of_order"},
		"two changed places":              {func(l []line) []line { l[1], l[2] = l[2], l[1]; return l }, "2-2 missing, 2-2 out_of_order"},
		"a number changed":                {func(l []line) []line { l[2].entry.Seq = 1 << 40; return l }, "1099511627776-1099511627776 misnumbered, 4-4 unlinked"},
		"a number below one":              {func(l []line) []line { l[2].entry.Seq = -3; return l }, "-3--3 malformed, -3--3 misnumbered, 4-4 unlinked"},
		"an entry of another case":        {func(l []line) []line { l[2].entry.Chain = "case/x"; return l }, "3-3 other_chain, 3-3 missing"},
		"another format":                  {func(l []line) []line { l[2].entry.Format = 2; return l }, "3-3 malformed, 4-4 unlinked"},
		"deleted and rewritten":           {func(l []line) []line { l = slices.Delete(l, 1, 2); l[3].payload = []byte(`{}`); return l }, "2-2 missing, 5-5 payload_false"},
		"all rewritten with right hashes": {rewritten, "6-6 head_false"},
	} {
		lines, head := trail(t, 6)
		if got := verify(c.change(lines), head); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// rewritten is what someone with the whole database can do.
func rewritten(l []line) []line {
	head := Head{Chain: aCase}
	for i := range l {
		e := l[i].entry
		e.Actor = "person/u09"
		changed, next, err := Next(head, e, l[i].payload)
		if err != nil {
			return nil
		}
		l[i].entry, head = changed, next
	}
	return l
}

func TestKnownHeadsThatDoNotFit(t *testing.T) {
	lines, head := trail(t, 3)
	if got := verify(lines, Head{"case/other", 2, head.Hash}); got != "2-2 other_chain" {
		t.Error(got)
	}
	if got := verify(lines, Head{aCase, 2, head.Hash}); got != "2-2 head_false" {
		t.Error(got)
	}
	if got := verify(lines, Head{aCase, 9, head.Hash}); got != "4-9 missing" {
		t.Error(got)
	}
	from := Head{aCase, 1, lines[0].entry.Hash()}
	if _, faults := Verify(from, walk(lines[1:]), Head{aCase, 1, head.Hash}); len(faults) != 1 || faults[0].Code != HeadFalse {
		t.Errorf("where it begins: %v", faults)
	}
	if s := (Fault{aCase, 2, 4, Missing}).String(); s != aCase+" 2-4 missing" {
		t.Error(s)
	}
}

func TestAnyChangedByteIsFound(t *testing.T) {
	original, head := trail(t, 5)
	rapid.Check(t, func(t *rapid.T) {
		lines := slices.Clone(original)
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "entry")
		if rapid.Bool().Draw(t, "in the payload") {
			payload := slices.Clone(lines[i].payload)
			payload[rapid.IntRange(0, len(payload)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			lines[i].payload = payload
		} else {
			e := &lines[i].entry
			bit := rapid.IntRange(0, 7).Draw(t, "bit")
			switch rapid.IntRange(0, 7).Draw(t, "field") {
			case 0:
				e.Format ^= 1 << bit
			case 1:
				e.Seq ^= 1 << bit
			case 2:
				e.At = e.At.Add(time.Microsecond << bit)
			case 3:
				e.Kind += "x"
			case 4:
				e.Actor += "x"
			case 5:
				e.For += "x"
			case 6:
				e.Payload[bit] ^= 1 << bit
			case 7:
				e.Prev[bit] ^= 1 << bit
			}
		}
		if verify(lines, head) == "" {
			t.Fatal("the change was not found")
		}
	})
}

func TestAnyOtherOrderIsFound(t *testing.T) {
	original, head := trail(t, 6)
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "order")
		kept := rapid.IntRange(0, 6).Draw(t, "kept")
		var lines []line
		for _, i := range order[:kept] {
			lines = append(lines, original[i])
		}
		same := kept == 6 && slices.IsSorted(order)
		if (verify(lines, head) == "") != same {
			t.Fatalf("%v: %s", order[:kept], verify(lines, head))
		}
	})
}

func TestWhatIsNoEntry(t *testing.T) {
	lines, _ := trail(t, 2)
	for name, change := range map[string]func(e *Entry){
		"no format":              func(e *Entry) { e.Format = 0 },
		"no number":              func(e *Entry) { e.Seq = 0 },
		"no chain":               func(e *Entry) { e.Chain = "" },
		"no kind":                func(e *Entry) { e.Kind = "" },
		"no actor":               func(e *Entry) { e.Actor = "" },
		"a NUL":                  func(e *Entry) { e.For = "a\x00" },
		"a very long text":       func(e *Entry) { e.Kind = strings.Repeat("k", longestName+1) },
		"two ways to write it":   func(e *Entry) { e.Actor = "e\u0301" },
		"no time":                func(e *Entry) { e.At = time.Time{} },
		"nanoseconds":            func(e *Entry) { e.At = e.At.Add(1) },
		"a far time":             func(e *Entry) { e.At = e.At.AddDate(9000, 0, 0) },
		"second but none before": func(e *Entry) { e.Prev = Digest{} },
		"first but one before":   func(e *Entry) { e.Seq = 1 },
	} {
		e := lines[1].entry
		change(&e)
		if err := e.Check(); !errors.Is(err, ErrEntry) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Next(Head{Chain: aCase}, Entry{At: time.Now(), Kind: "k"}, nil); !errors.Is(err, ErrEntry) {
		t.Errorf("nobody did it: %v", err)
	}
	e, _, err := Next(Head{Chain: aCase}, Entry{At: time.Now(), Kind: "k", Actor: "a"}, nil)
	if err != nil || e.At.Nanosecond()%1000 != 0 || e.At.Location() != time.UTC {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestDigestsAsText(t *testing.T) {
	d := PayloadDigest([]byte("x"))
	text, err := d.MarshalText()
	fatal(t, err)
	var back Digest
	if err := back.UnmarshalText(text); err != nil || back != d || back.IsZero() || !(Digest{}).IsZero() {
		t.Errorf("%s: %v", text, err)
	}
	for _, s := range []string{"", "ab", strings.ToUpper(d.String()), d.String() + "00", "zz" + d.String()[2:]} {
		if err := back.UnmarshalText([]byte(s)); !errors.Is(err, ErrDigest) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

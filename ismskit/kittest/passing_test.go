package kittest_test

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// repair is a type whose way is decided on the way: each thing is mended, with a part bought for
// it or without; then it is tested until it works; and what was found is reported or not.
const repair = `{"key":"repair","version":"1","title":{"en":"Repair"},"offered":true,"subject":"what",
	"form":{"key":"repair","version":"1","title":{"en":"Repair"},"fields":[
		{"key":"what","type":"text","label":{"en":"What"},"required":true},
		{"key":"things","type":"table","label":{"en":"Things"},"required":true,"row_title":"thing","fields":[{"key":"thing","type":"text","label":{"en":"Thing"},"required":true}]},
		{"key":"works","type":"boolean","label":{"en":"Works"},"later":true},
		{"key":"found","type":"choice","label":{"en":"Found"},"later":true,"options":[{"key":"nothing","label":{"en":"Nothing"}},{"key":"intrusion","label":{"en":"Intrusion"}}]}]},
	"flow":{"key":"repair","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"en":"Head"},"kind":"review","who":[{"kind":"unit_head"}]}},
		{"split":{"id":"each","name":{"en":"Each"},"over":"things","type":"repair_row"}},
		{"repeat":{"id":"until_it_works","max":3,"until":"works == true","body":{"step":{"id":"test","name":{"en":"Test"},"kind":"handle","who":[{"kind":"role","module":"repairs","role":"tester"}],"edit":["works","found"]}}}},
		{"choice":{"id":"seen","cases":[{"when":"found == 'intrusion'","then":{"step":{"id":"report","name":{"en":"Report"},"kind":"approve","who":[{"kind":"role","module":"repairs","role":"chief"}]}}}]}}]}}}`

const repairRow = `{"key":"repair_row","version":"1","title":{"en":"Repair"},"subject":"thing",
	"form":{"key":"repair_row","version":"1","title":{"en":"Repair"},"fields":[
		{"key":"thing","type":"text","label":{"en":"Thing"}},
		{"key":"part","type":"boolean","label":{"en":"Needs a part"},"later":true},
		{"key":"bill","type":"text","label":{"en":"Bill"},"later":true}]},
	"flow":{"key":"repair_row","version":"1","child":true,"root":{"sequence":[
		{"step":{"id":"mend","name":{"en":"Mend"},"kind":"handle","who":[{"kind":"role","module":"repairs","role":"mender"}],"edit":["part"]}},
		{"choice":{"id":"needs","cases":[{"when":"part == true","then":{"step":{"id":"buy","name":{"en":"Buy"},"kind":"handle","who":[{"kind":"role","module":"repairs","role":"buyer"}],"edit":["bill"],
			"results":[{"key":"bought","text":{"en":"Bought"},"require":["bill"]},{"key":"in_store","text":{"en":"In store"}}]}}}]}}]}}}`

func repairs(t *testing.T) kittest.Exercise {
	t.Helper()
	clock := kittest.NewClock(time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC))
	var types []ismskit.Type
	for _, src := range []string{repair, repairRow} {
		typ, err := ismskit.ParseType([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		types = append(types, typ)
	}
	kit, err := ismskit.New(ismskit.Config{
		Store: memory.New(), Blobs: memory.NewBlobs(), Types: types, Now: clock.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Directory: &kittest.Directory{
			People: map[string]kittest.Person{"C": {Name: "局長", Unit: "U0"}, "H": {Name: "科長", Unit: "U1"}, "A": {Name: "科員", Unit: "U1"}, "B": {Name: "技士", Unit: "U1"}},
			Units:  map[string]kittest.Unit{"U0": {Name: "局", Head: "C"}, "U1": {Name: "科", Head: "H", Parent: "U0"}},
			Roles:  map[string][]string{"repairs/chief": {"C"}, "repairs/tester": {"H"}, "repairs/mender": {"B"}, "repairs/buyer": {"B"}},
		},
	})
	if err == nil {
		err = kit.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return kittest.Exercise{
		Kit: kit, Clock: clock, Type: types[0], Rows: types[1:], Applicant: "A",
		Values: forms.Values{"what": "門禁", "things": []forms.Row{{forms.RowID: "r1", "thing": "讀卡機"}, {forms.RowID: "r2", "thing": "電鎖"}}},
		FillAt: map[string]forms.Values{"repair_row/buy": {"bill": "AB-12345678"}},
	}
}

// What steps enter decides the way as well, in the case and in its rows; a test fails before it
// succeeds; and whatever else a step offers is decided once.
func TestWhatStepsEnterDecidesTheWayAsWell(t *testing.T) {
	out := kittest.CheckType(t, repairs(t))
	if len(out.Untried) > 0 || out.NotRun != 0 {
		t.Errorf("not run: %d, %v", out.NotRun, out.Untried)
	}
	steps, decisions, outcomes := map[string]int{}, map[string]bool{}, map[workflow.Outcome]int{}
	for _, p := range out.Passages {
		if p.Decision != nil {
			decisions[p.Decision.String()] = true
			outcomes[p.Outcome]++
			continue
		}
		for _, step := range p.Steps {
			steps[step]++
		}
	}
	// Eight combinations of a part, of what was found, and of whether it works at first.
	for step, want := range map[string]int{"head": 8, "repair_row/mend": 8, "repair_row/buy": 4, "test": 8} {
		if steps[step] != want {
			t.Errorf("%d of 8 ways came to %s, %d should have", steps[step], step, want)
		}
	}
	if steps["report"] == 0 || steps["report"] == 8 {
		t.Errorf("%d of 8 ways were reported", steps["report"])
	}
	for _, d := range []string{"head reject", "head return applicant", "repair_row/mend unable", "repair_row/buy record in_store", "report reject"} {
		if !decisions[d] {
			t.Errorf("nobody decided %s, but %v", d, decisions)
		}
	}
	if outcomes[workflow.OutcomeRejected] != 2 || outcomes[workflow.OutcomeDone] != len(decisions)-2 {
		t.Errorf("they ended as %v", outcomes)
	}
}

// What was not run is said: rows whose type is not given, a field that is given one value only,
// a step to which nothing led.
func TestWhatIsNotRunIsSaid(t *testing.T) {
	e := repairs(t)
	e.Rows = nil
	e.Branches = map[string][]any{"works": {true}}
	out, err := kittest.GoThrough(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"repair_row", "works"} {
		if !slices.ContainsFunc(out.Untried, func(what string) bool { return strings.Contains(what, want) }) {
			t.Errorf("nothing is said of %s: %v", want, out.Untried)
		}
	}
	e = repairs(t)
	e.FillAt = nil
	if out, err = kittest.GoThrough(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if stuck := out.Stuck(); len(stuck) == 0 || !strings.Contains(stuck[0].Stuck, "repair_row/buy") || !strings.Contains(stuck[0].Stuck, "field bill") {
		t.Errorf("what a row asks for is not said: %+v", stuck)
	}
	// A step of a row that nobody comes to is named.
	e = repairs(t)
	e.Branches = map[string][]any{"repair_row/part": {false}}
	if out, err = kittest.GoThrough(t.Context(), e); err != nil || !slices.Equal(out.Unreached, []string{"repair_row/buy"}) {
		t.Errorf("unreached %v, %v", out.Unreached, err)
	}
}

package kittest_test

import (
	"fmt"
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
)

// purchase is a type with branches: the bureau's head signs what is urgent, or dear.
const purchase = `{"key":"purchase","version":"1","title":{"zh-TW":"採購","en":"Purchase"},"offered":true,"subject":"what",
	"form":{"key":"purchase","version":"1","title":{"zh-TW":"採購","en":"Purchase"},"fields":[
		{"key":"what","type":"text","label":{"zh-TW":"品名","en":"What"},"required":true},
		{"key":"urgent","type":"boolean","label":{"zh-TW":"急件","en":"Urgent"}},
		{"key":"kind","type":"choice","label":{"zh-TW":"種類","en":"Kind"},"required":true,"options":[{"key":"goods","label":{"en":"Goods"}},{"key":"service","label":{"en":"Service"}}]},
		{"key":"amount","type":"integer","label":{"zh-TW":"金額","en":"Amount"},"required":true},
		{"key":"receipt","type":"text","label":{"zh-TW":"收據","en":"Receipt"},"later":true}]},
	"flow":{"key":"purchase","version":"1","root":{"sequence":[
		{"step":{"id":"head","name":{"en":"Head"},"kind":"review","who":[{"kind":"unit_head"}]}},
		{"choice":{"id":"dear","cases":[{"when":"urgent == true or amount > 100000","then":{"step":{"id":"chief","name":{"en":"Chief"},"kind":"approve","who":[{"kind":"role","module":"money","role":"chief"}],"not_same_as":["head"]}}}]}},
		{"choice":{"id":"works","cases":[{"when":"kind == 'service'","then":{"step":{"id":"check","name":{"en":"Check"},"kind":"confirm","who":[{"kind":"applicant"}]}}}]}},
		{"step":{"id":"buy","name":{"en":"Buy"},"kind":"handle","who":[{"kind":"role","module":"money","role":"buyer"}],"edit":["receipt"],
			"results":[{"key":"bought","text":{"en":"Bought"},"require":["receipt"]}]}}]}}}`

func exercise(t *testing.T, chief string) kittest.Exercise {
	t.Helper()
	clock := kittest.NewClock(time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC))
	typ, err := ismskit.ParseType([]byte(purchase))
	if err != nil {
		t.Fatal(err)
	}
	kit, err := ismskit.New(ismskit.Config{
		Store: memory.New(), Blobs: memory.NewBlobs(), Types: []ismskit.Type{typ}, Now: clock.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Directory: &kittest.Directory{
			People: map[string]kittest.Person{"C": {Name: "局長", Unit: "U0"}, "H": {Name: "科長", Unit: "U1"}, "A": {Name: "科員", Unit: "U1"}, "B": {Name: "出納", Unit: "U1"}},
			Units:  map[string]kittest.Unit{"U0": {Name: "局", Head: "C"}, "U1": {Name: "科", Head: "H", Parent: "U0"}},
			Roles:  map[string][]string{"money/chief": {chief}, "money/buyer": {"B"}},
		},
	})
	if err == nil {
		err = kit.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return kittest.Exercise{
		Kit: kit, Clock: clock, Type: typ, Applicant: "A", Values: forms.Values{"what": "碎紙機"},
		Branches: map[string][]any{"amount": {int64(5000), int64(500000)}}, Fill: forms.Values{"receipt": "AB-12345678"},
	}
}

// Every combination of what the way depends on is sent and goes to its end.
func TestATypeIsGoneThroughInEveryBranch(t *testing.T) {
	out := kittest.CheckType(t, exercise(t, "C"))
	straight := slices.DeleteFunc(slices.Clone(out.Passages), func(p kittest.Passage) bool { return p.Decision != nil })
	if len(straight) != 8 || out.NotRun != 0 || len(out.Untried) > 0 {
		t.Errorf("%d cases, %d not run, %v", len(straight), out.NotRun, out.Untried)
	}
	long := 0
	for _, p := range straight {
		if slices.Equal(p.Steps, []string{"head", "chief", "check", "buy"}) {
			long++
		}
	}
	if long != 3 {
		t.Errorf("%d went the long way, 3 should have: %+v", long, out.Passages)
	}
}

// Where nobody can go on, the branch and the step are named.
func TestADeadEndIsNamedWithItsBranch(t *testing.T) {
	e := exercise(t, "H") // the head himself is the one who decides
	out, err := kittest.GoThrough(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	stuck := out.Stuck()
	if len(stuck) != 6 || !strings.Contains(stuck[0].Stuck, "chief") || !slices.Equal(out.Unreached, []string{"chief"}) {
		t.Errorf("stuck %+v, unreached %v", stuck, out.Unreached)
	}
	for _, p := range stuck {
		if p.Branch["urgent"] == false && fmt.Sprint(p.Branch["amount"]) == "5000" {
			t.Errorf("this way leads past it: %+v", p)
		}
	}
	e.Fill = nil
	if out, err = kittest.GoThrough(t.Context(), e); err != nil || !strings.Contains(out.Stuck()[0].Stuck, "field receipt") {
		t.Errorf("what is missing is not said: %v, %+v", err, out.Stuck())
	}
}

package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

func deputies(t *testing.T, d *directory.Directory, principal string, at time.Time, scope directory.Scope) string {
	t.Helper()
	list, err := d.Deputies(t.Context(), principal, at, scope)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, dep := range list {
		if dep.Order != i+1 {
			t.Errorf("order %d at place %d", dep.Order, i+1)
		}
		out = append(out, dep.Name)
	}
	return strings.Join(out, "、")
}

func acting(t *testing.T, d *directory.Directory, person string, at time.Time) string {
	t.Helper()
	list, err := d.ActingFor(t.Context(), person, at)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range list {
		name := p.Name
		if !p.First {
			name = "(" + name + ")"
		}
		out = append(out, name)
	}
	return strings.Join(out, "、")
}

// 邱柏叡 is on leave from 11.23 to 11.25; 范語彤 acts for him, until she is away
// herself on the afternoon of 11.25 and 龔怡安 takes over.
func TestU5_TheSubstituteOfTheSubstitute(t *testing.T) {
	_, d := agency(t)
	request := directory.Scope{Module: "access", Form: "IS-04-012", Role: "unit_head", Kind: "review"}
	tests := []struct {
		at                 time.Time
		deputies           string
		fan, kung, chiu    string
		chiuAway, fanReply bool
	}{
		{on(22, 23, 59), "", "", "", "", false, false},
		{on(23, 0, 0), "范語彤、龔怡安", "邱柏叡", "(邱柏叡)", "", true, false},
		{on(25, 12, 29), "范語彤、龔怡安", "邱柏叡", "(邱柏叡)", "", true, false},
		{on(25, 12, 30), "龔怡安", "", "邱柏叡、范語彤", "", true, true},
		{on(25, 17, 30), "范語彤、龔怡安", "邱柏叡", "(邱柏叡)", "", true, false},
		{on(25, 23, 59), "范語彤、龔怡安", "邱柏叡", "(邱柏叡)", "", true, false},
		{on(26, 0, 0), "", "", "", "", false, false},
	}
	for _, test := range tests {
		if got := deputies(t, d, "P11", test.at, request); got != test.deputies {
			t.Errorf("%v: deputies of 邱柏叡 %s, want %s", test.at, got, test.deputies)
		}
		for person, want := range map[string]string{"P12": test.fan, "P10": test.kung, "P11": test.chiu} {
			if got := acting(t, d, person, test.at); got != want {
				t.Errorf("%v: %s acts for %q, want %q", test.at, person, got, want)
			}
		}
		if _, away, err := d.Away(t.Context(), "P11", test.at); err != nil || away != test.chiuAway {
			t.Errorf("%v: away %v %v", test.at, away, err)
		}
		if got := deputies(t, d, "P12", test.at, request) == "龔怡安"; got != test.fanReply {
			t.Errorf("%v: 龔怡安 acts for 范語彤: %v", test.at, got)
		}
	}
}

func TestADeputyKnowsWhyAndUntilWhen(t *testing.T) {
	_, d := agency(t)
	list, err := d.ActingFor(t.Context(), "P12", on(24, 9, 0))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	p := list[0]
	if p.Person != "P11" || p.PostTitle != "科長" || p.Reason != "公假" || p.Entry != "D01" || !p.To.Equal(on(26, 0, 0)) || !p.Limits.All() {
		t.Errorf("%+v", p)
	}
}

func TestTheListIsUsedUp(t *testing.T) {
	h, d := agency(t)
	h.put("deputies", "D11", `{"principal":"P10","from":"2026-11-25T08:00:00+08:00","to":"2026-11-25T17:30:00+08:00","reason":"休假"}`)
	at := on(25, 14, 0)
	if got := deputies(t, d, "P11", at, directory.Scope{}); got != "" {
		t.Errorf("both are away, yet %s", got)
	}
	superior := ask(t, d, directory.Question{Kind: directory.KindManager, Person: "P11", At: at})
	if names(superior.Holders) != "主任秘書 莊景文" {
		t.Errorf("then the direct superior appoints: %s", names(superior.Holders))
	}
}

func TestTheApplicantIsNotHisOwnHeadsDeputy(t *testing.T) {
	_, d := agency(t)
	list, err := d.Deputies(t.Context(), "P11", on(24, 9, 0), directory.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	applicant := func(person string) func(directory.Deputy) bool {
		return func(dep directory.Deputy) bool { return dep.Person == person }
	}
	if dep, ok := directory.Acting(list, nil); !ok || dep.Name != "范語彤" {
		t.Errorf("%v %v", dep, ok)
	}
	if dep, ok := directory.Acting(list, applicant("P12")); !ok || dep.Name != "龔怡安" || dep.Order != 2 {
		t.Errorf("范語彤 applies, so 龔怡安 acts: %v %v", dep, ok)
	}
	if dep, ok := directory.Acting(nil, nil); ok {
		t.Errorf("%v", dep)
	}
}

func TestStandingDeputiesActOnlyInAnAbsence(t *testing.T) {
	h, d := agency(t)
	at := on(24, 9, 0)
	if got := deputies(t, d, "P04", at, directory.Scope{}); got != "" {
		t.Errorf("江志恆 is there, yet %s may act", got)
	}
	if got := acting(t, d, "P05", at); got != "" {
		t.Errorf("賴思妤 acts for %s", got)
	}
	h.put("deputies", "D12", `{"principal":"P04","from":"2026-11-24T08:00:00+08:00","to":"2026-11-24T12:00:00+08:00","reason":"公出"}`)
	d.Forget()
	if got := deputies(t, d, "P04", at, directory.Scope{}); got != "賴思妤、方冠宇" {
		t.Errorf("away without naming anybody: %s", got)
	}
	list, err := d.ActingFor(t.Context(), "P05", at)
	if err != nil || len(list) != 1 || !list[0].Standing || !list[0].First || list[0].Reason != "公出" || !list[0].To.Equal(on(24, 12, 0)) {
		t.Errorf("%+v %v", list, err)
	}
	h.put("deputies", "D13", `{"principal":"P04","ordered":["P07"],"from":"2026-11-24T08:00:00+08:00","to":"2026-11-24T12:00:00+08:00","reason":"公出"}`)
	d.Forget()
	if got := deputies(t, d, "P04", at, directory.Scope{}); got != "溫佩真、賴思妤、方冠宇" {
		t.Errorf("whom he names comes before the usual ones: %s", got)
	}
	if got := acting(t, d, "P05", at); got != "(江志恆)" {
		t.Errorf("賴思妤 is second now: %s", got)
	}
}

func TestLimitsOfDeputies(t *testing.T) {
	h, d := agency(t)
	at := on(24, 9, 0)
	const away = `"from":"2026-11-24T08:00:00+08:00","to":"2026-11-24T17:30:00+08:00","reason":"公出"}`
	h.put("deputies", "D14", `{"principal":"P06",`+away)
	h.put("deputies", "D15", `{"principal":"P07",`+away)
	h.put("deputies", "D16", `{"principal":"P16",`+away)
	tests := []struct {
		principal string
		scope     directory.Scope
		want      string
	}{
		{"P06", directory.Scope{System: "S09", Form: "IS-04-012"}, "賴思妤"},
		{"P06", directory.Scope{Form: "IS-04-056"}, "賴思妤"},
		{"P06", directory.Scope{System: "S04", Form: "IS-04-012"}, ""},
		{"P06", directory.Scope{}, ""},
		{"P07", directory.Scope{Module: "documents", Kind: "review"}, "龔怡安"},
		{"P07", directory.Scope{Module: "documents", Kind: "approve"}, ""},
		{"P07", directory.Scope{Module: "documents"}, ""},
		{"P07", directory.Scope{Module: "records", Kind: "review"}, ""},
		{"P16", directory.Scope{Role: "unit_head"}, "卓育誠"},
		{"P16", directory.Scope{Role: "approver"}, ""},
	}
	for _, test := range tests {
		if got := deputies(t, d, test.principal, at, test.scope); got != test.want {
			t.Errorf("%s in %+v: %q, want %q", test.principal, test.scope, got, test.want)
		}
	}
	list, err := d.Deputies(t.Context(), "P16", at, directory.Scope{Role: "unit_head"})
	if err != nil || list[0].Conflict != (directory.Conflict{When: "deputy_is_applicant", Unit: "U03", Text: "卓育誠為申請人時不得代理"}) {
		t.Errorf("%+v %v", list, err)
	}
}

func TestADatedEntryWithLimitsIsNoAbsence(t *testing.T) {
	h, d := agency(t)
	h.put("deputies", "D17", `{"principal":"P04","ordered":["P07"],"from":"2026-11-24T08:00:00+08:00","to":"2026-11-30T17:30:00+08:00","limits":[{"what":"form","key":"IS-04-031"}]}`)
	at := on(24, 9, 0)
	if got := deputies(t, d, "P04", at, directory.Scope{Form: "IS-04-031"}); got != "溫佩真" {
		t.Errorf("%s", got)
	}
	if got := deputies(t, d, "P04", at, directory.Scope{Form: "IS-04-012"}); got != "" {
		t.Errorf("%s", got)
	}
	if _, away, err := d.Away(t.Context(), "P04", at); away || err != nil {
		t.Errorf("away: %v", err)
	}
}

func TestLeaversAndOutsidersAreNoDeputies(t *testing.T) {
	h, d := agency(t)
	h.put("deputies", "D18", `{"principal":"P14","ordered":["P15","X1","P99","P13"],"from":"2026-11-23T08:00:00+08:00","to":"2026-12-24T17:30:00+08:00"}`)
	if got := deputies(t, d, "P14", on(30, 9, 0), directory.Scope{}); got != "駱建豪、鍾明哲" {
		t.Errorf("%s", got)
	}
	later := time.Date(2026, time.December, 1, 0, 0, 0, 0, taipei)
	if got := deputies(t, d, "P14", later, directory.Scope{}); got != "鍾明哲" {
		t.Errorf("駱建豪 has left: %s", got)
	}
	if got := acting(t, d, "P15", later); got != "" {
		t.Errorf("%s", got)
	}
	if got := acting(t, d, "P13", later); got != "白俊霖" {
		t.Errorf("%s", got)
	}
}

func TestTheLaterOfTwoEqualEntriesComesFirst(t *testing.T) {
	h, d := agency(t)
	const limited = `,"limits":[{"what":"form","key":"IS-04-031"}]}`
	h.put("deputies", "D20", `{"principal":"P04","ordered":["P05"],"from":"2026-11-20T08:00:00+08:00","to":"2026-11-30T17:30:00+08:00"`+limited)
	h.put("deputies", "D21", `{"principal":"P04","ordered":["P07"],"from":"2026-11-24T08:00:00+08:00","to":"2026-11-24T17:30:00+08:00"`+limited)
	h.put("deputies", "D22", `{"principal":"P04","ordered":["P06"],"from":"2026-11-24T08:00:00+08:00","to":"2026-11-24T17:30:00+08:00","limits":[{"what":"form","key":"IS-04-040"}]}`)
	at := on(24, 9, 0)
	if got := deputies(t, d, "P04", at, directory.Scope{Form: "IS-04-031"}); got != "溫佩真、賴思妤" {
		t.Errorf("%s", got)
	}
	for person, want := range map[string]string{"P07": "江志恆", "P05": "(江志恆)", "P06": "江志恆"} {
		if got := acting(t, d, person, at); got != want {
			t.Errorf("%s: %s", person, got)
		}
	}
}

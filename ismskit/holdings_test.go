package ismskit_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// 賴思妤 looks after AD alone and is the only administrator of the house; she has a request
// on its way, and her own account beside one of a vendor.
func TestWhatSomebodyHasIsOneList(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		asked := o.apply("P13", threeRows())
		own := threeRows()
		own["subject"] = "資料庫維護帳號"
		hers := o.apply("P05", own)
		o.put(register.Grants, "G1", forms.Values{"system": ref(register.Systems, "S02"), "account": "vendor", "state": "active",
			"user": forms.Person{Kind: forms.External, Name: "杜承恩", Org: "瀚洋資訊"}, "responsible": ref(register.People, "P05")})
		o.put(register.Grants, "G2", forms.Values{"system": ref(register.Systems, "S02"), "account": "lai", "state": "active",
			"user": person("P05"), "responsible": ref(register.People, "P05")})
		o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P04"), "ordered": []forms.Ref{ref(register.People, "P05")}})

		all, err := o.kit.Queue().Held(o.ctx, o.as("P05"), "P05")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range all {
			line := string(h.Kind) + " " + h.Name.In("zh-TW")
			if h.Needed {
				line += " !"
			}
			got = append(got, line)
		}
		want := []string{
			"case " + hers.Number + "　權限帳號申請單",
			"post 資訊室　分析師",
			"role system_admin !",
			"system_owner AD 帳號 !", "system_admin AD 帳號 !",
			"responsible 公文系統　vendor !", "account 公文系統　lai",
			"deputyship 江志恆",
		}
		if !slices.Equal(got, want) {
			t.Errorf("she has\n%q, want\n%q", got, want)
		}

		// What waits for a head is his first.
		heads, err := o.kit.Queue().Held(o.ctx, o.as("P11"), "P11")
		if err != nil || len(heads) == 0 || heads[0].Kind != ismskit.HoldsTask || heads[0].Case != asked.Case ||
			heads[0].Name.In("zh-TW") != asked.Number+"　權限帳號申請單　單位主管" {
			t.Errorf("the head has %+v, %v", heads, err)
		}

		// Her head is told as she is, though he may open none of it that is not his; a
		// colleague is told nothing.
		seen, err := o.kit.Queue().Held(o.ctx, o.as("P01"), "P05")
		if err != nil || len(seen) != len(all) {
			t.Errorf("her head is told %d of %d: %v", len(seen), len(all), err)
		}
		for _, h := range seen {
			if h.Case == "" {
				continue
			}
			if _, err := o.kit.Case(o.ctx, o.as("P01"), h.Case); err != nil {
				t.Errorf("he is led to what he may not open: %v", err)
			}
		}
		if _, err := o.kit.Queue().Held(o.ctx, o.as("P13"), "P05"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("a colleague: %v", err)
		}
		if _, err := o.kit.Queue().Held(o.ctx, o.as("P05"), "P99"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("somebody nobody knows: %v", err)
		}
	})
}

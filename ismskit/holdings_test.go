package ismskit_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
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

		all, err := o.kit.Queue().Held().Of(o.ctx, o.as("P05"), "P05")
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
		heads, err := o.kit.Queue().Held().Of(o.ctx, o.as("P11"), "P11")
		if err != nil || len(heads) == 0 || heads[0].Kind != ismskit.HoldsTask || heads[0].Case != asked.Case ||
			heads[0].Name.In("zh-TW") != asked.Number+"　權限帳號申請單　單位主管" {
			t.Errorf("the head has %+v, %v", heads, err)
		}

		// Her head is told as she is, though he may open none of it that is not his; a
		// colleague is told nothing.
		seen, err := o.kit.Queue().Held().Of(o.ctx, o.as("P01"), "P05")
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
		if _, err := o.kit.Queue().Held().Of(o.ctx, o.as("P13"), "P05"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("a colleague: %v", err)
		}
		if _, err := o.kit.Queue().Held().Of(o.ctx, o.as("P05"), "P99"); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("somebody nobody knows: %v", err)
		}
	})
}

// keysList is a host's own list of keys, each with its keeper, those who may borrow it and
// who looks after it on which day.
func keysList(t *testing.T) register.List {
	t.Helper()
	text := func(s string) map[string]string { return map[string]string{"zh-TW": s, "en": s} }
	people := map[string]any{"of": "register", "list": "people"}
	b, err := json.Marshal(map[string]any{
		"key": "keys", "title": text("鑰匙清冊"), "title_field": "name", "owner": map[string]any{"roles": []any{map[string]string{"module": "system", "role": "system_admin"}}},
		"schema": map[string]any{"key": "keys", "version": "1", "title": text("鑰匙清冊"), "fields": []any{
			map[string]any{"key": "name", "type": "text", "label": text("名稱"), "required": true},
			map[string]any{"key": "keeper", "type": "person", "label": text("保管人"), "required": true},
			map[string]any{"key": "borrowers", "type": "refs", "label": text("借用人"), "params": people},
			map[string]any{"key": "turns", "type": "table", "label": text("輪值"), "fields": []any{
				map[string]any{"key": "day", "type": "text", "label": text("日"), "required": true},
				map[string]any{"key": "who", "type": "ref", "label": text("輪值人"), "params": people},
			}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := register.ParseList(b)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A list of the host's own that names people is handed over like those of the house,
// without anybody telling the sheet of it: 賴思妤 keeps a key, and looks after it on Mondays.
func TestAHostsListIsOnTheSheetToo(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lists = append(cfg.Lists, keysList(t)) })
	o.put("keys", "K1", forms.Values{"name": "機房", "keeper": person("P05"), "borrowers": []forms.Ref{ref(register.People, "P05"), ref(register.People, "P10")},
		"turns": []forms.Row{
			{forms.RowID: "t1", "day": "週一", "who": ref(register.People, "P05")},
			{forms.RowID: "t2", "day": "週二", "who": ref(register.People, "P10")},
		}})
	all, err := o.kit.Queue().Held().Of(o.ctx, o.as("P05"), "P05")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range all {
		if h.Kind == ismskit.HoldsEntry {
			got = append(got, h.Name.In("zh-TW"))
			if h.Needed != (h.Field == "keeper") {
				t.Errorf("%s needs a successor: %v", h.Field, h.Needed)
			}
		}
	}
	if want := []string{"鑰匙清冊　機房（保管人）", "鑰匙清冊　機房（借用人）", "鑰匙清冊　機房（輪值人）"}; !slices.Equal(got, want) {
		t.Fatalf("of the list she has %q", got)
	}
	last := dayOf(2026, 11, 30)
	o.handsOver("leaving", last, nil, nil)
	o.until(morning(last.AddDays(1)))
	now := o.fields("keys", "K1")
	if keeper, _ := now["keeper"].(forms.Person); keeper.ID != "P06" || keeper.Name != "方冠宇" {
		t.Errorf("it is kept by %+v", keeper)
	}
	if who, _ := now["borrowers"].([]forms.Ref); len(who) != 2 || who[0].ID != "P06" {
		t.Errorf("it is lent to %+v", who)
	}
	turns, _ := now["turns"].([]forms.Row)
	if first, _ := turns[0]["who"].(forms.Ref); len(turns) != 2 || first.ID != "P06" || turns[0]["day"] != "週一" {
		t.Errorf("the turns are %+v", turns)
	}
}

// Beside 賴思妤 a row names somebody who has left, whose time is over, or begins only later:
// then somebody must follow her. A colleague who is there, or a post that has the right too,
// is enough.
func TestWhoIsNamedBesideCountsWhereHeIsThere(t *testing.T) {
	var never calendar.Date
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lists = append(cfg.Lists, dutyList(t, "refs")) })
	o.change(register.Posts, "T09", func(v forms.Values) { v["head"] = true })
	turn := func(row forms.Row) forms.Row {
		row["what"], row["key"] = "巡檢", []forms.Ref{row["person"].(forms.Ref)}
		delete(row, "person")
		return row
	}
	o.put("duties", "K1", forms.Values{"name": "機房"})
	o.put(register.Categories, "C9", forms.Values{"name": "機房紀錄"})
	o.leave("P12")
	needed := func() map[string]bool {
		t.Helper()
		all, err := o.kit.Queue().Held().Of(o.ctx, o.as("P05"), "P05")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, h := range all {
			if h.Row == "T09" || h.Row == "K1" || h.Row == "C9" {
				out[h.Row] = h.Needed
			}
		}
		return out
	}
	right := func(what, key string) forms.Row {
		return forms.Row{forms.RowID: forms.NewRowID(), "what": what, "key": key}
	}
	today := calendar.DateOf(o.now.In(taipei))
	for _, c := range []struct {
		name   string
		beside func() forms.Row
		right  forms.Row
		want   bool
	}{
		{"has left", func() forms.Row { return holds("P12", never, never) }, right("person", "P12"), true},
		{"is over", func() forms.Row { return holds("P10", never, today.AddDays(-1)) }, right("person", "P12"), true},
		{"begins later", func() forms.Row { return holds("P10", today.AddDays(30), never) }, right("person", "P12"), true},
		{"is there", func() forms.Row { return holds("P10", never, never) }, right("person", "P10"), false},
		{"is there for a time", func() forms.Row { return holds("P10", today, today.AddDays(30)) }, right("post", "T20"), false},
	} {
		o.held("T09", holds("P05", never, never), c.beside())
		o.change("duties", "K1", func(v forms.Values) { v["turns"] = []forms.Row{turn(holds("P05", never, never)), turn(c.beside())} })
		o.change(register.Categories, "C9", func(v forms.Values) { v["maintain"] = []forms.Row{right("person", "P05"), c.right} })
		if got, want := needed(), map[string]bool{"T09": c.want, "K1": c.want, "C9": c.want}; !maps.Equal(got, want) {
			t.Errorf("who is named beside her %s: needed %v, want %v", c.name, got, want)
		}
	}
}

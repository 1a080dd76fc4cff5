package ismskit_test

import (
	"encoding/json"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// dutyList is a host's own list of duties: who does what from when until when.
func dutyList(t *testing.T, people string) register.List {
	t.Helper()
	text := func(s string) map[string]string { return map[string]string{"zh-TW": s, "en": s} }
	b, err := json.Marshal(map[string]any{
		"key": "duties", "title": text("值勤表"), "title_field": "name", "owner": map[string]any{"roles": []any{map[string]string{"module": "system", "role": "system_admin"}}},
		"schema": map[string]any{"key": "duties", "version": "1", "title": text("值勤表"), "fields": []any{
			map[string]any{"key": "name", "type": "text", "label": text("名稱"), "required": true},
			map[string]any{"key": "turns", "type": "table", "label": text("輪值"), "fields": []any{
				map[string]any{"key": "from", "type": "date", "label": text("起")},
				map[string]any{"key": "to", "type": "date", "label": text("迄")},
				map[string]any{"key": "what", "type": "text", "label": text("工作"), "required": true},
				map[string]any{"key": "key", "type": people, "label": text("輪值人"), "required": true, "params": map[string]any{"of": "register", "list": "people"}},
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

// A host's table has days too, and columns called like those of a category's rights: the
// turn of 賴思妤 ends with her last day, who follows goes on with the same work beside what
// he does already, and with nobody named it ends.
func TestATurnOfAHostsListIsHandedOverAsItIs(t *testing.T) {
	last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
	for to, want := range map[string][2]string{
		"P06": {
			"P05 2026-01-01…2026-11-30, P06 2026-01-01…, P06 2026-12-01…",
			"P05 2026-01-01…2026-11-30, P06 2026-01-01…, P06 2026-12-01…2027-02-28, P05 2027-03-01…",
		},
		"": {
			"P05 2026-01-01…2026-11-30, P06 2026-01-01…",
			"P05 2026-01-01…2026-11-30, P06 2026-01-01…, P05 2027-03-01…",
		},
	} {
		t.Run("to "+to, func(t *testing.T) {
			o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lists = append(cfg.Lists, dutyList(t, "ref")) })
			o.put("duties", "K1", forms.Values{"name": "機房", "turns": []forms.Row{
				{forms.RowID: "t1", "from": dayOf(2026, 1, 1), "what": "巡檢", "key": ref(register.People, "P05")},
				{forms.RowID: "t2", "from": dayOf(2026, 1, 1), "what": "備份", "key": ref(register.People, "P06")},
			}})
			sheet := o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, func(row forms.Row) string {
				if row["kind"] == string(ismskit.HoldsEntry) {
					return to
				}
				return "P06"
			})
			o.until(morning(last.AddDays(1)))
			if got := o.times("duties", "K1", "turns", "key"); got != want[0] {
				t.Errorf("the turns are\n%s, want\n%s", got, want[0])
			}
			rows, _ := o.fields("duties", "K1")["turns"].([]forms.Row)
			for _, row := range rows {
				if row["from"] == last.AddDays(1) && row["what"] != "巡檢" {
					t.Errorf("who follows does %v", row["what"])
				}
			}
			if left := o.read("P10", sheet.Case).NotHanded; len(left) > 0 {
				t.Errorf("left: %+v", left)
			}
			o.until(morning(back))
			if got := o.times("duties", "K1", "turns", "key"); got != want[1] {
				t.Errorf("when she is back the turns are\n%s, want\n%s", got, want[1])
			}
		})
	}
}

// A turn that several share goes on with who follows among them, and is hers again beside
// the others when she is back.
func TestASharedTurnGoesOnWithWhoFollows(t *testing.T) {
	last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
	for name, c := range map[string]struct{ to, beside, away, again string }{
		"followed":         {"P06", "P10", "P06+P10 2026-12-01…", "P06+P10 2026-12-01…2027-02-28, P05+P10 2027-03-01…"},
		"by who shares it": {"P06", "P06", "P06 2026-12-01…", "P06 2026-12-01…2027-02-28, P06+P05 2027-03-01…"},
		"by nobody":        {"", "P10", "P10 2026-12-01…", "P10 2026-12-01…2027-02-28, P10+P05 2027-03-01…"},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lists = append(cfg.Lists, dutyList(t, "refs")) })
			who := []forms.Ref{ref(register.People, "P05"), ref(register.People, c.beside)}
			before := "P05+" + c.beside + " 2026-11-01…2026-11-30"
			turn := forms.Row{forms.RowID: "t1", "from": dayOf(2026, 11, 1), "what": "巡檢", "key": who}
			other := forms.Row{forms.RowID: "t2", "from": dayOf(2025, 1, 1), "to": dayOf(2025, 12, 31), "what": "巡檢", "key": []forms.Ref{ref(register.People, "P12")}}
			o.put("duties", "K1", forms.Values{"name": "機房", "turns": []forms.Row{other, turn}})
			o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, func(row forms.Row) string {
				if row["kind"] == string(ismskit.HoldsEntry) {
					return c.to
				}
				return "P06"
			})
			turns := func(want string) {
				t.Helper()
				want = "P12 2025-01-01…2025-12-31, " + before + ", " + want
				if got := o.times("duties", "K1", "turns", "key"); got != want {
					t.Errorf("the turns are\n%s, want\n%s", got, want)
				}
			}
			o.until(morning(last.AddDays(1)))
			turns(c.away)
			o.until(morning(back))
			turns(c.again)
		})
	}
}

// A table without days: the Monday of 賴思妤 is hers again, and not the Tuesday of 方冠宇,
// who stood in for her.
func TestARowWithoutDaysIsGivenBackAlone(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Lists = append(cfg.Lists, keysList(t)) })
	o.put("keys", "K1", forms.Values{"name": "機房", "keeper": person("P10"), "turns": []forms.Row{
		{forms.RowID: "t1", "day": "週一", "who": ref(register.People, "P05")},
		{forms.RowID: "t2", "day": "週二", "who": ref(register.People, "P06")},
		{forms.RowID: "t3", "day": "週三", "who": ref(register.People, "P10")},
	}})
	last, back := dayOf(2026, 11, 30), dayOf(2027, 3, 1)
	o.handsOver("unpaid_leave", last, forms.Values{"return_day": back}, nil)
	for _, c := range []struct {
		day  calendar.Date
		want string
	}{{last.AddDays(1), "P06 …, P06 …, P10 …"}, {back, "P05 …, P06 …, P10 …"}} {
		o.until(morning(c.day))
		if got := o.times("keys", "K1", "turns", "who"); got != c.want {
			t.Errorf("on %s: %s, want %s", c.day, got, c.want)
		}
	}
}

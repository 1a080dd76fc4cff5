package ismskit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// dissolved ends 戶政科 with today: from tomorrow on 戶籍科 has taken it over.
func (o *office) dissolved() (tomorrow calendar.Date) {
	o.t.Helper()
	today := calendar.DateOf(o.now.In(taipei))
	o.put(register.Units, "U10", forms.Values{"name": "戶籍科", "kind": "unit", "parent": unit("U00"), "head": ref(register.Posts, "T30")})
	o.post("T30", "科長", "U10", "P20", true, "T01")
	o.post("T31", "科員", "U10", "P21", false, "T30")
	o.hire("P20", "莊景文", "T30", "U10")
	o.hire("P21", "魏若晴", "T31", "U10")
	o.change(register.Units, "U06", func(v forms.Values) {
		v["to"], v["successors"] = today, []forms.Ref{ref(register.Units, "U10")}
	})
	o.settle()
	return today.AddDays(1)
}

// U2: a unit is merged. On the day its successor begins, what waits for its head passes to
// the successor's, with an entry and a notice; the former head is refused with the reason.
// The request keeps the unit's name.
func TestU2OpenTasksPassToTheUnitThatTakesOver(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		due := o.todo("P11")[0].DueDate
		tomorrow := o.dissolved()
		if len(o.todo("P11")) != 1 || len(o.todo("P20")) != 0 {
			t.Fatal("the task passed before the day")
		}
		o.until(tomorrow.Start(taipei).Add(3 * time.Hour))
		if todo := o.todo("P20"); len(todo) != 1 || todo[0].DueDate != due || len(o.todo("P11")) != 0 {
			t.Fatalf("lists of the successor's head %+v and the former one %+v", todo, o.todo("P11"))
		}
		c := o.read("P13", sent.Case)
		if last := c.Trail[len(c.Trail)-1]; last.Verb != workflow.VerbPassOn || last.Comment != "「戶政科科長」之業務已由戶籍科承接，本件改由莊景文辦理" || len(c.Faults) > 0 {
			t.Errorf("on the trail: %+v, faults %v", last.Event, c.Faults)
		}
		if c.UnitName != "戶政科" || c.Unit != "U06" {
			t.Errorf("the request is %s's by now", c.UnitName)
		}
		// He has it since then, whenever it opened.
		mine, err := o.kit.Cases(o.ctx, o.as("P13"), ismskit.CaseFilter{})
		if err != nil || len(mine) != 1 || len(mine[0].Waits) != 1 || mine[0].Waits[0].Since.Before(tomorrow.Start(taipei)) {
			t.Errorf("the applicant's list says whom it waits for: %+v (%v)", mine[0].Waits, err)
		}
		o.told("P20", "passed@11-24")
		o.told("P11", "opened@11-23", "passed_off@11-24")
		if m := o.noticesOf("P20"); m[0].Body != "權限帳號申請單「調任收發窗口，申請帳號」的「單位主管」改由您辦理。原由「戶政科科長」邱柏叡辦理，該業務現由戶籍科承接。期限 115.11.25。" {
			t.Errorf("told: %s", m[0].Body)
		}
		o.passed("P11", sent.Case, "您已不是「戶政科科長」，本件已由接任的莊景文接辦。")
		o.act("P20", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
	})
}

// U2: after midnight, before the queue has come to it: the former head may no longer sign,
// and the successor's may.
func TestU2FromMidnightOnTheSuccessorSigns(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		sent := o.apply("P13", threeRows())
		o.settle()
		o.now = o.dissolved().Start(taipei).Add(time.Minute)
		o.passed("P11", sent.Case, "您已不是「戶政科科長」，本件已由接任的莊景文接辦。")
		o.act("P20", sent.Case, ismskit.Action{Verb: workflow.VerbApprove})
		c := o.read("P13", sent.Case)
		if last := c.Trail[len(c.Trail)-1]; last.Via != "successor:T30" || last.Opened[0].Why["passed_from"] != "P11" || len(c.Faults) > 0 {
			t.Errorf("on the trail: %+v, faults %v", last.Event, c.Faults)
		}
	})
}

// U2: what may be read as head of a unit, or asked for as one of its people, follows its
// successor; records keep the name under which they were made.
func TestU2RightsFollowTheUnitThatTakesOver(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		o.put(register.Units, "U61", forms.Values{"name": "戶籍股", "kind": "unit", "parent": unit("U06")})
		o.post("T61", "辦事員", "U61", "P61", false, "")
		o.hire("P61", "葉家豪", "T61", "U61")
		o.role("access", "reviewer")
		o.change(register.Roles, "access.reviewer", func(v forms.Values) { v["units"] = []forms.Ref{ref(register.Units, "U06")} })
		o.change(register.Systems, "S01", func(v forms.Values) {
			items := slices.Clone(v["items"].([]forms.Row))
			items[0] = items[0].Clone()
			items[0]["units"] = []forms.Ref{ref(register.Units, "U06")}
			v["items"] = items
		})
		o.put(register.Templates, "M1", forms.Values{"name": "戶政人員", "type": "account_request", "units": []forms.Ref{ref(register.Units, "U06")},
			"rows": []forms.Row{{forms.RowID: "r1", "system": ref(register.Systems, "S01"), "items": []string{"general"}}}})
		done := o.apply("P13", threeRows())
		o.act("P11", done.Case, ismskit.Action{Verb: workflow.VerbReject, Comment: "非業務所需"})
		below := o.apply("P61", asking("P61", "S02"))
		o.settle()

		tomorrow := o.dissolved()
		reads := func(person, id string, want bool) {
			t.Helper()
			_, err := o.kit.Case(o.ctx, o.as(person), id)
			found, errList := o.kit.Records().Query(o.ctx, o.as(person), record.Query{Kinds: []string{ismskit.RecordCase}, Limit: 100})
			if errList != nil || err != nil && !errors.Is(err, ismskit.ErrNotFound) {
				t.Fatal(err, errList)
			}
			i := slices.IndexFunc(found, func(r record.Record) bool { return r.Case == id })
			if (err == nil) != want || i >= 0 != want {
				t.Errorf("%s reads %s: %v, on the list: %v, want %v", person, id, err, i >= 0, want)
			}
			if i >= 0 && found[i].UnitName == "戶籍科" {
				t.Error("the record has another name by now")
			}
		}
		asks := func(person string, want bool) {
			t.Helper()
			_, err := o.kit.Open(o.ctx, o.as(person), ismskit.Opening{Type: "account_request", Values: asking(person, "S01"), Submit: true})
			if (err == nil) != want {
				t.Errorf("%s asks for what is for 戶政科: %v, want %v", person, err, want)
			}
		}
		templates := func(person string, want int) {
			t.Helper()
			found, err := o.kit.Types().Prefills().Templates(o.ctx, o.as(person), "account_request")
			if err != nil || len(found) != want {
				t.Errorf("%s has %d templates (%v), want %d", person, len(found), err, want)
			}
		}
		writes := func(writer, applicant string, want bool) {
			t.Helper()
			_, err := o.kit.Open(o.ctx, o.as(writer), ismskit.Opening{Type: "account_request", Applicant: applicant, Values: asking(applicant, "S02")})
			if (err == nil) != want {
				t.Errorf("%s fills in for %s: %v, want %v", writer, applicant, err, want)
			}
		}
		hasRole := func(want ...string) {
			t.Helper()
			found, err := o.kit.People().HeldOn(o.ctx, o.as("P13"), "access.reviewer", calendar.DateOf(o.now.In(taipei)))
			var got []string
			for _, h := range found {
				got = append(got, h.Holder.Person)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("the role is %v's (%v), want %v", got, err, want)
			}
		}

		reads("P20", done.Case, false)
		reads("P20", below.Case, false)
		asks("P21", false)
		templates("P21", 0)
		writes("P21", "P13", false)
		hasRole("P11")
		if todo := o.todo("P11"); len(todo) != 1 {
			t.Fatalf("a unit without a head goes up: %+v", todo)
		}

		o.until(tomorrow.Start(taipei).Add(3 * time.Hour))
		reads("P20", done.Case, true)
		reads("P20", below.Case, true)
		asks("P21", true)
		asks("P13", true) // he is entered in the former unit still
		templates("P21", 1)
		templates("P13", 1)
		writes("P21", "P13", true)
		writes("P13", "P21", true)
		hasRole("P20")
		if todo := o.todo("P20"); !slices.ContainsFunc(todo, func(t ismskit.Todo) bool { return t.Case == below.Case }) {
			t.Errorf("what came up from below waits for %+v", todo)
		}
		if later := o.apply("P61", asking("P61", "S02")); o.read("P61", later.Case).Mine == nil {
			o.settle()
			if todo := o.todo("P20"); !slices.ContainsFunc(todo, func(t ismskit.Todo) bool { return t.Case == later.Case }) {
				t.Errorf("what is sent from below afterwards waits for %+v", todo)
			}
		}
		tree, err := o.kit.People().Units(o.ctx, o.as("P13"))
		i := slices.IndexFunc(tree, func(u ismskit.UnitView) bool { return u.ID == "U61" })
		if err != nil || i < 1 || tree[i].Depth != 2 || tree[i-1].ID != "U10" {
			t.Errorf("the unit beneath stands elsewhere in the tree (%v): %+v", err, tree)
		}
	})
}

// asking is a request for one permission of one's own.
func asking(who, system string) forms.Values {
	v := threeRows()
	v["lines"] = []forms.Row{line("row1", system, person(who))}
	return v
}

// U2: a deadline of a unit that has ended goes by the days of its agency, as before.
func TestU2DeadlinesOfAFormerUnitKeepItsAgency(t *testing.T) {
	eachStoreWith(t, []ismskit.Type{memo(t, incidentFlow)}, func(t *testing.T, o *office) {
		id := o.memo()
		o.until(o.dissolved().Start(taipei).Add(3 * time.Hour))
		there := typhoon
		there.From, there.Agency = on(11, 25), "U00"
		o.closed(there)
		o.settle()
		o.due(id, map[string]string{"head": "11-28 00:00"})
	})
}

// U2: before a unit is ended it is counted and listed what it has, with what becomes of
// each; nothing is changed by it, and only who may end it is told.
func TestU2ThePreviewCountsWhatAUnitHas(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		finished := o.apply("P13", threeRows())
		o.settle()
		o.finish(finished.Case)
		o.settle()
		waits := o.apply("P13", threeRows())
		o.apply("P10", asking("P10", "S02")) // another unit's
		o.settle()
		o.put(register.Units, "U10", forms.Values{"name": "戶籍科", "kind": "unit", "parent": unit("U00")})
		o.put(register.Units, "U61", forms.Values{"name": "戶籍股", "kind": "unit", "parent": unit("U06"), "fallback_unit": unit("U06")})
		o.put(register.Units, "U62", forms.Values{"name": "舊股", "kind": "unit", "parent": unit("U06"), "to": calendar.Date{Year: 2026, Month: 1, Day: 31}})
		o.put(register.Categories, "C1", forms.Values{"name": "戶政紀錄", "read": []forms.Row{{forms.RowID: "r1", "what": "unit", "key": "U06"}},
			"maintain": []forms.Row{{forms.RowID: "r1", "what": "unit", "key": "U06"}}})
		o.put(register.Services, "V1", forms.Values{"name": "資料提供", "unit": unit("U06")})
		o.change(register.Systems, "S02", func(v forms.Values) { v["unit"] = unit("U06") })
		o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")}, "conflict_unit": unit("U06")})

		end := ismskit.UnitEnd{Unit: "U06", Last: on(11, 30), Successors: []string{"U10", "U06", "U62", "U99"}}
		got, err := o.kit.Queue().Held().OfUnit(o.ctx, o.as("P05"), end)
		if err != nil {
			t.Fatal(err)
		}
		var counts []string
		for _, m := range got.Moves {
			counts = append(counts, fmt.Sprintf("%s %d %s", m.Kind.Text().In("zh-TW"), len(m.Items), m.Goes))
		}
		want := []string{"進行中案件 1 along", "待單位主管簽核 1 along", "使用中權限 3 along", "代為決定之單位 1 along", "紀錄分類權限 1 hand", "應用系統 1 hand",
			"資訊服務 1 hand", "下級單位 1 hand", "職務 3 hand", "人員 3 hand", "其他名冊所列單位 1 hand"}
		if !slices.Equal(counts, want) {
			t.Errorf("counted %q\nwant    %q", counts, want)
		}
		if got.Name.In("zh-TW") != "戶政科" || got.Moves[0].Items[0].Case != "" || !strings.Contains(got.Moves[0].Items[0].Name.In("zh-TW"), "權限帳號申請單") {
			t.Errorf("%v: %+v", got.Name, got.Moves[0].Items)
		}
		unfit := map[string]ismskit.Unfit{}
		for _, s := range got.Successors {
			unfit[s.ID] = s.Unfit
		}
		if unfit["U10"] != "" || unfit["U06"] != ismskit.UnfitItself || unfit["U62"] != ismskit.UnfitEnded || unfit["U99"] != ismskit.UnfitUnknown {
			t.Errorf("unfit: %v", unfit)
		}
		for who, refused := range map[string]error{"P13": ismskit.ErrForbidden, "P11": ismskit.ErrForbidden} {
			if _, err := o.kit.Queue().Held().OfUnit(o.ctx, o.as(who), end); !errors.Is(err, refused) {
				t.Errorf("%s: %v", who, err)
			}
		}
		if _, err := o.kit.Queue().Held().OfUnit(o.ctx, o.as("P05"), ismskit.UnitEnd{Unit: "U99"}); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("a unit nobody knows: %v", err)
		}
		if todo := o.todo("P11"); len(todo) != 1 || todo[0].Case != waits.Case {
			t.Errorf("the preview has moved something: %+v", todo)
		}
	})
}

// Of the heads whom a task came to, only the one whose unit has ended is replaced: the other
// keeps it with his post, though somebody else heads his unit by now.
func TestU2OnlyTheHeadOfTheEndedUnitIsReplaced(t *testing.T) {
	typ, err := ismskit.ParseType([]byte(`{"key":"joint","version":"1","title":{"zh-TW":"會辦單"},"offered":true,"subject":"subject","number":{"pattern":"J-{roc}-{n:3}"},
		"form":{"key":"joint","version":"1","title":{"zh-TW":"會辦單"},"fields":[
			{"key":"subject","type":"text","label":{"zh-TW":"主旨"}},
			{"key":"with","type":"table","label":{"zh-TW":"會辦單位"},"fields":[{"key":"unit","type":"unit","label":{"zh-TW":"單位"}}]}]},
		"flow":{"key":"joint","version":"1","root":{"step":{"id":"heads","name":{"zh-TW":"會辦"},"kind":"consult","who":[{"kind":"unit_head","of":"with.unit"}],"due":{"term":"5wd"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	o := openOffice(t, nil, typ)
	id := o.open("P10", "joint", forms.Values{"subject": "合辦研習", "with": []forms.Row{{forms.RowID: "aaaa", "unit": unit("U03")}, {forms.RowID: "bbbb", "unit": unit("U06")}, {forms.RowID: "cccc", "unit": unit("U00")}}}, true).Case
	o.settle()
	o.holds(id, "P01", "P04", "P11")
	tomorrow := o.dissolved()
	o.put(register.Posts, "T08", forms.Values{"title": "代理主任", "unit": unit("U03"), "head": true, "superior": ref(register.Posts, "T01"),
		"holders": []forms.Row{{forms.RowID: "r1", "person": ref(register.People, "P05")}}})
	o.change(register.Units, "U03", func(v forms.Values) { v["head"] = ref(register.Posts, "T08") })
	o.until(tomorrow.Start(taipei).Add(3 * time.Hour))
	o.holds(id, "P01", "P04")
	if len(o.todo("P20")) != 1 {
		t.Error("who heads what has taken the unit over does not have it")
	}
}

// U2: of rows that he may not read, whoever ends a unit is told how many there are, and nothing else.
func TestU2ThePreviewNamesNoRowsThatItsReaderMayNotRead(t *testing.T) {
	o := openOfficeWith(t, nil, func(cfg *ismskit.Config) { cfg.Rights.ManageLists = []string{"organisation/nobody"} })
	sent := o.apply("P13", threeRows())
	o.settle()
	o.finish(sent.Case)
	o.settle()
	o.put(register.Deputies, "D1", forms.Values{"principal": ref(register.People, "P11"), "ordered": []forms.Ref{ref(register.People, "P12")}, "conflict_unit": unit("U06")})
	for _, c := range []struct {
		actor  ismskit.Actor
		grants int
	}{{o.as("P05"), 0}, {ismskit.System("test"), 3}} {
		got, err := o.kit.Queue().Held().OfUnit(o.ctx, c.actor, ismskit.UnitEnd{Unit: "U06", Last: on(11, 30)})
		if err != nil {
			t.Fatal(err)
		}
		counts := map[ismskit.HoldingKind][2]int{}
		for _, m := range got.Moves {
			counts[m.Kind] = [2]int{m.Count, len(m.Items)}
		}
		if counts[ismskit.UnitHasGrant] != [2]int{3, c.grants} || counts[ismskit.UnitHasPost] != [2]int{3, 3} || counts[ismskit.UnitHasEntry] != [2]int{1, 1} {
			t.Errorf("%v", counts)
		}
	}
}

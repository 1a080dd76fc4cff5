package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The sheet of somebody who moves asks where to, each post with its unit; it has neither a
// form number nor an edition to show, and before somebody is chosen it does not say that
// nobody is there. What only its writer fills in is not explained to the head.
func TestTheSheetAsksWhereSomebodyMoves(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P08")
	officer.Get("/apply/handover").Says(t, 200, "新任單位", "新任職務", "到職日", "戶政科　科員", "殯葬管理處　技士").
		Not(t, "目前無人可辦", "<dt>表單編號</dt>", "<dt>版次</dt>")
	day := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: 12, Day: d} }
	ref := func(list, id string) forms.Ref { return forms.Ref{List: list, ID: id} }
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "transfer", "last_day": day(1),
		"new_unit": ref("unit", "U06"), "new_post": ref("register/posts", "T17"), "new_from": day(2),
	}})
	if err != nil {
		t.Fatal(err)
	}
	officer.Get("/cases/"+sent.Case).Says(t, 200, "新任單位", "戶政科", "科員", "115.12.02")
	page := h.As(t, "P14").Get("/cases/"+sent.Case).Says(t, 200, "承接人")
	if task, _, _ := strings.Cut(page.Text, `id="route"`); strings.Contains(task, "請自行增列") {
		t.Error("the head is told what the officer is to fill in")
	}
}

// Whoever is to name who follows learns, before he names anybody, who looks after a system
// already; once somebody is named, everybody who signs after him learns it.
func TestTheHeadLearnsWhoWouldDoubleBeforeHeNamesHim(t *testing.T) {
	h := webtest.OpenHouse(t)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P05"}, "reason": "leaving", "last_day": calendar.Date{Year: 2026, Month: 12, Day: 31},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.As(t, "P04").Get("/cases/"+sent.Case).Says(t, 200, "請勿由同一人擔任權限管理人員及備援", "AD 帳號（權限管理人員）：方冠宇已為備援權限管理人員")
	h.As(t, "P08").Get("/cases/"+sent.Case).Says(t, 200).Not(t, "請勿由同一人擔任")
}

// Before a sheet is sent, its writer learns that steps may be signed after the last day of who
// hands over, when he is not there any more; it can be sent all the same.
func TestTheFormSaysThatASheetMayOutlastTheLastDay(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P08")
	form := officer.Get("/apply/handover")
	check := func(last string) webtest.Reply {
		return officer.Post("/apply/handover", form.With("person", "P15", "reason", "leaving", "last_day", last, "do", "refresh")...)
	}
	says := "最後在職日為 115.11.27，部分關卡之期限在該日之後"
	check("115.11.27").Says(t, 200, says)
	check("115.12.31").Says(t, 200, "最遲 115.12").Not(t, "部分關卡之期限")
	check("115.11.20").Says(t, 200, "最遲 115.12").Not(t, "部分關卡之期限") // it is over already
}

// Beside the last day stands, before the sheet is sent, that who hands over would come to sign it after
// he has left, what to do about it and who signs then; it is no error.
func TestTheFormSaysBesideTheLastDayThatTheLeaverSignsTooLate(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P08")
	form := officer.Get("/apply/handover").Not(t, "本人簽章，依流程最遲")
	check := func(last string, more ...string) webtest.Reply {
		return officer.Post("/apply/handover", form.With(append([]string{"person", "P15", "reason", "leaving", "last_day", last, "do", "refresh"}, more...)...)...)
	}
	late := check("115.11.27").Says(t, 200, `aria-describedby="f-last_day-hint f-last_day-caution"`, `id="f-last_day-caution">「移交人簽章」由`, "在最後在職日 115.11.27 之後。請即送出", "離職後仍未簽章者，改由", "代為確認。").Not(t, "data-errors")
	if field, _, _ := strings.Cut(late.Text[strings.Index(late.Text, `id="w-last_day"`):], `id="w-basis"`); !strings.Contains(field, "請即送出") {
		t.Error("it does not stand beside the day")
	}
	check("115.12.31").Not(t, "本人簽章，依流程最遲")
	check("115.11.27", "unsigned", "true", "unsigned_why", "住院").Not(t, "本人簽章，依流程最遲") // he does not sign
}

// A sheet that is still on its way when the last day is over says so to who began it, to who must act
// and where what the leaver has is told.
func TestASheetSaysOnPagesThatTheLastDayIsOver(t *testing.T) {
	h := webtest.OpenHouse(t)
	last := calendar.DateOf(h.Now()).AddDays(1)
	sent, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Submit: true, Values: forms.Values{
		"person": forms.Person{Kind: forms.InDirectory, ID: "P15"}, "reason": "leaving", "last_day": last,
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	officer, head := h.As(t, "P08"), h.As(t, "P14")
	over := "最後在職日 " + last.ROC() + " 已過，移交尚未完成。"
	pages := func(is func(webtest.Reply)) {
		is(officer.Get("/cases/" + sent.Case))
		is(head.Get("/"))
		is(head.Get("/cases/" + sent.Case))
		is(officer.Get("/people/P15"))
	}
	pages(func(page webtest.Reply) { page.Says(t, 200).Not(t, "移交尚未完成") })
	h.Until(t, last.AddDays(1).Start(time.FixedZone("Asia/Taipei", 8*3600)))
	pages(func(page webtest.Reply) { page.Says(t, 200, over) })
	officer.Get("/cases/"+sent.Case).Says(t, 200, "權限在核定前仍在其名下，請各關卡儘速辦理。")
	officer.Get("/cases/"+sent.Case+"?lang=en").Says(t, 200, "is over and the handover is not done.")
}

// Whoever leaves sees on his sheet which accounts of his own end with his last day, and so
// do those who sign it; of who moves none ends.
func TestTheSheetTellsWhichAccountsEnd(t *testing.T) {
	h := webtest.OpenHouse(t)
	open := func(reason string, more forms.Values) string {
		t.Helper()
		values := forms.Values{"person": forms.Person{Kind: forms.InDirectory, ID: "P13"}, "reason": reason, "last_day": calendar.Date{Year: 2026, Month: 12, Day: 1}}
		for key, v := range more {
			values[key] = v
		}
		sheet, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P08", Channel: "go"}, ismskit.Opening{Type: "handover", Values: values})
		if err != nil {
			t.Fatal(err)
		}
		return "/cases/" + sheet.Case
	}
	officer := h.As(t, "P08")
	officer.Get(open("retirement", nil)).Says(t, 200, "移交人自己的帳號（最後在職日停用）", "qh150013")
	officer.Get(open("transfer", forms.Values{"new_unit": forms.Ref{List: "unit", ID: "U02"}, "post_open": true, "new_from": calendar.Date{Year: 2026, Month: 12, Day: 2}})).Not(t, "最後在職日停用")
}

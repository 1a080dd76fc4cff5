package officertest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Who moves to 戶政科 is offered its posts, and no other unit's, once the unit is chosen; a
// post of another one that is sent all the same is refused at its field.
func TestWhoMovesIsOfferedThePostsOfHisNewUnit(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P08")
	begun := officer.Post("/people/P05/handover")
	const all, ours, other = "戶政科　科員", "戶政科　股長", "殯葬管理處　技士"
	asked := officer.Post(begun.At(), begun.With("reason", "transfer", "do", "check")...).Says(t, 200, ours, other)
	officer.Post(begun.At(), asked.With("new_unit", "U06", "touched", "new_unit", "do", "check")...).Says(t, 200, all, ours).Not(t, other)
	posts := regexp.MustCompile(`<option value="([^"]+)"[^>]*>` + other).FindStringSubmatch(asked.Text)
	if posts == nil {
		t.Fatal("no such post")
	}
	officer.Post(begun.At(), begun.With("reason", "transfer", "last_day", "115.11.30", "new_unit", "U06", "new_post", posts[1], "new_from", "115.12.01", "do", "submit")...).
		Says(t, 422, "不屬於所選的新任單位").Not(t, other+"</option>")
}

// What somebody has is for himself, his heads and those who keep the people; the personnel
// officer begins the sheet on his page, with what he has on it.
func TestWhatALeaverHasStandsOnHisPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	const page = "/people/P15"
	for _, who := range []string{"P15", "P14", "P05", "P08"} {
		h.As(t, who).Get(page).Says(t, 200, "職務與移交", "須有承接人", "另案申請停用")
	}
	clerk, officer := h.As(t, "P13"), h.As(t, "P08")
	clerk.Get(page).Says(t, 200, "駱建豪").Not(t, "職務與移交")
	h.As(t, "P15").Get(page).Says(t, 200).Not(t, "起案職務移交單")
	clerk.Post(page+"/handover").Says(t, 404)
	clerk.Get("/apply").Says(t, 200).Not(t, "職員離職或調動")
	officer.Get("/apply").Says(t, 200, "職員離職或調動")
	begun := officer.Post(page+"/handover").Says(t, 200, "駱建豪", "禮儀服務預約系統", "殯葬管理處　技士")
	if !strings.HasSuffix(begun.At(), "/edit") {
		t.Errorf("he is at %s", begun.At())
	}
	// Both tell that what waits for the administrators of a system is not on them.
	begun.Says(t, 200, "指名由其辦理之待辦案件", "不逐件列出")
	officer.Get(page).Says(t, 200, "尚未認領之案件", "不另列出")
	// 賴思妤 is the usual deputy of her head: that ends when she leaves, and her sheet has it when she moves.
	officer.Get("/people/P05").Says(t, 200, "代理他人職務", "隨離職終止；平時代理原單位人員者，調任時列入移交單")
	// A double click begins one sheet.
	fields := officer.Get(page).With()
	first, second := officer.Post(page+"/handover", fields...).Says(t, 200), officer.Post(page+"/handover", fields...).Says(t, 200)
	if first.At() != second.At() || first.At() == begun.At() {
		t.Errorf("a double click leads to %s and %s", first.At(), second.At())
	}
}

// Once the sheet is sent his page leads to it, names who follows, and begins no second one; until
// it has taken effect the lists still name him.
func TestASheetUnderWayStandsOnThePageOfTheLeaver(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P08")
	begun := officer.Post("/people/P15/handover").Says(t, 200)
	officer.Get("/people/P15").Says(t, 200, "起案職務移交單") // a draft tells nobody anything
	sent := officer.Post(begun.At(), begun.With("person.id", "P15", "reason", "leaving", "last_day", "115.11.30", "basis", "民人字第 1150001 號", "do", "submit")...).Says(t, 200, "陳核中")
	page := officer.Get("/people/P15").Says(t, 200, "職務移交單", "HO-115-001", "簽核中，尚未生效").Not(t, "起案職務移交單")
	if !strings.Contains(page.Text, `href="`+sent.At()+`"`) {
		t.Errorf("it does not lead to %s", sent.At())
	}
	h.As(t, "P13").Get("/people/P15").Says(t, 200).Not(t, "HO-115-001")
}

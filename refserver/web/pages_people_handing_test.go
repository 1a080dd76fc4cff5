package web_test

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

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

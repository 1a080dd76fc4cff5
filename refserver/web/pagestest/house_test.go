package pagestest

import (
	"net/url"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// seen opens an address as somebody and looks at it.
type seen struct{ name, person, path string }

var housePages = []seen{
	{"documents", "P07", "/documents"},
	{"documents-late", "P07", "/documents?tab=late"},
	{"documents-none", "P13", "/documents?q=%E4%B8%8D%E5%AD%98%E5%9C%A8"},
	{"document", "P13", "/documents/IS-02-008"},
	{"document-old", "P13", "/documents/IS-02-008/versions/1.2"},
	{"document-retired", "P13", "/documents/IS-02-014"},
	{"document-print", "P13", "/documents/IS-02-008/print"},
	{"documents-then", "P13", "/documents?on=112.06.30"},
	{"documents-print", "P13", "/documents/print"},
	{"forms-then", "P13", "/documents?on=114.04.18&tab=4"},
	{"forms-print", "P13", "/documents/print?tab=4"},
	{"blank", "P13", "/apply/account_request/blank"},
	{"document-new", "P07", "/documents/new"},
	{"check", "P13", "/check?number=IS-02-008&version=1.2"},
	{"check-newest", "P13", "/check?number=IS-02-008&version=1.3"},
	{"check-twice", "P13", "/check?number=IS-04-004&version=1.0"},
	{"check-none", "P13", "/check?number=IS-99&version=1.0"},
	{"records", "P04", "/records"},
	{"records-found", "P04", "/records?q=%E5%B8%B3%E8%99%9F&year=115&year=114"},
	{"numbers", "P07", "/records/numbers"},
	{"import", "P07", "/records/import"},
	{"paper", "P07", "/apply/account_request_paper"},
	{"records-none", "P13", "/records?q=%E4%B8%8D%E5%AD%98%E5%9C%A8"},
	{"bundle", "P13", "/bundle"},
	{"notices", "P06", "/notices"},
	{"notices-mail", "P06", "/notices?tab=mail"},
	{"people", "P13", "/people"},
	{"people-found", "P13", "/people?q=%E6%88%B6%E6%94%BF"},
	{"person", "P11", "/people/P11"},
	{"person-leaver", "P08", "/people/P15"},
	{"account", "P05", "/people/P13/account"},
	{"roles", "P13", "/roles"},
	{"deputies", "P11", "/deputies"},
	{"deputies-all", "P05", "/deputies"},
	{"closures", "P07", "/closures"},
	{"systems", "P10", "/systems"},
	{"system", "P10", "/systems/S02"},
	{"system-edit", "P10", "/systems/S02/edit"},
	{"role", "P05", "/roles/documents.document_controller"},
}

func TestTheHouseInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	h.GiveLogin(t, "qh150013", "P13")
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P07?next=/people", look)
			for _, s := range housePages {
				p.Go("/as/" + s.person + "?next=" + url.QueryEscape(s.path))
				p.Wait("h1")
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("house-" + s.name)
			}
		})
	}
}

// What is wrong is said at the field, and nothing that was typed is lost.
func TestTheHousesFormsWhenSomethingIsWrong(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	h := webtest.OpenHouse(t)
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			p := b.Open(t, h.URL, "/as/P13?next=/deputies", look)
			p.Expect("status of 422")
			p.Type("#from", "115.11.20")
			p.Type("#to", "115.13.40")
			p.Type(`[name="deputy_1.find"]`, "無此人")
			p.Type("#reason", "休假")
			p.Follow(".panel .btn--main")
			p.Wait(".errors")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("house-deputies-wrong")

			p.Go("/as/P07?next=/documents/new")
			p.Type("#number", "IS-02-008")
			p.Type("#title", "測試程序書")
			p.Type("#issued", "115.13.40")
			p.Choose("#approval_way", "register")
			p.Type("#approval_no", "1150011201")
			p.Follow(".sendbar .btn--main")
			p.Wait(".errors")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("house-document-new-wrong")

			p.Go("/as/P07?next=/documents/IS-02-008/file")
			p.Type("#issued", "115.11.23")
			p.Choose("#approval_way", "register")
			p.Type("#approval_no", "IS-04-001-115-0001")
			p.Type("#approver", "資通安全長")
			p.Click(`[name="list_only"]`)
			p.Follow(".sendbar .btn--main")
			p.Wait(`.band [form="filing"]`)
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("house-document-confirm")

			p.Go("/as/P10?next=/systems/S02/edit")
			p.Type("#f-name", "")
			p.Follow(".sendbar .btn--main")
			p.Wait(".errors")
			p.Clean(axe)
			p.NoSidewaysScroll()
			p.Shot("house-system-edit-wrong")
		})
	}
}

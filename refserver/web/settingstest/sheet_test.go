package settingstest

import (
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// An officer looks at the page for a list's Excel file, and at what a file would do, on his phone or at
// his desk, in either language: what is missing is said at its field, and the choice stays. Axe finds nothing.
func TestU10AListIsImportedInABrowser(t *testing.T) {
	t.Parallel() // most of its time it waits for Chromium
	b := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	file := t.TempDir() + "/people.xlsx"
	f := excelize.NewFile()
	for cell, line := range map[string][]any{"A1": {"姓名", "帳號", "單位", "經辦"}, "A2": {"魏若晴", "qh150099", "戶政科", "王"}, "A3": {"廖○林", "qh150098", "同上"}, "A4": {"鍾明哲", "", "戶政科"}} {
		if err := f.SetSheetRow("Sheet1", cell, &line); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(file); err != nil {
		t.Fatal(err)
	}
	for _, look := range browsertest.Widths("zh-TW", "en") {
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			p := b.Open(t, h.URL, "/as/P05?next=/lists/people/sheet", look)
			looks := func(name string) {
				t.Helper()
				p.Clean(axe)
				p.NoSidewaysScroll()
				p.Shot("sheet-" + name)
			}
			p.Wait("#file")
			looks("send")
			p.Expect("status of 422")
			p.Follow("#upload button")
			p.Wait("#file-error")
			looks("wrong")
			p.Attach("#file", file)
			p.Follow("#upload button")
			p.Wait("#tried")
			looks("tried")
			p.Expect("status of 422")
			p.Follow("#form button")
			p.Wait("#reason-error")
			p.Type("#reason", "移入清冊")
			p.Expect("status of 422")
			p.Follow("#form button")
			p.Wait("#partly-error")
			looks("partly")
			p.Click("#partly")
			p.Follow("#form button")
			p.Wait(".toast")
			looks("done")
		})
	}
}

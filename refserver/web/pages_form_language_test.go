package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var listed = regexp.MustCompile(`name="listed" value="([^"]+)"`)

// Without script the choice of a language is a button of the form: all that was typed comes
// back in the other language, right or wrong, no field is called wrong that was not called
// so before, and nothing is kept.
func TestAFormComesBackInTheOtherLanguage(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	const at = "/apply/account_request"
	form := clerk.Get(at)
	enter, language := strings.Index(form.Text, `form="form" name="do" value="refresh"`), strings.Index(form.Text, `form="form" name="do" value="language:en"`)
	if enter < 0 || language < enter {
		t.Errorf("Enter in a field changes the language: %d, %d", enter, language)
	}
	if strings.Contains(form.Text, `hreflang="en"`) {
		t.Error("a link beside it loses what was typed")
	}
	half := webtest.OneLine("lines.1.period.from", "115.13", "lines.1.responsible.find", "王大同同", "lines.2.purpose", "", "paste.lines", "S02\t查閱", "do", "language:en")
	english := clerk.Post(at, form.With(half...)...)
	english.Says(t, http.StatusOK, `<html lang="en"`, `value="調任收發窗口，申請公文登記桌"`, `value="115.13"`, `value="王大同同"`, `value="鍾明哲 科員（戶政科）"`,
		`name="lines.2.purpose"`, "S02\t查閱", `value="language:zh-TW"`).Not(t, `class="errors"`, "field__error", `aria-invalid="true"`)
	clerk.Get("/apply").Says(t, http.StatusOK, `<html lang="en"`).Not(t, "調任收發窗口") // from now on, and no draft was made

	refused := clerk.Post(at, english.With(webtest.OneLine("subject", "", "lines.1.period.from", "115.13", "do", "submit")...)...).Says(t, http.StatusUnprocessableEntity, `class="errors"`)
	var names []string
	for _, m := range listed.FindAllStringSubmatch(refused.Text, -1) {
		names = append(names, "listed", m[1])
	}
	mended := webtest.OneLine("lines.1.period.from", "115.13", "do", "language:zh-TW")
	chinese := clerk.Post(at, refused.With(append(mended, names...)...)...)
	chinese.Says(t, http.StatusOK, `<html lang="zh-Hant-TW"`, "尚有 1 處需補正", `value="115.13"`).Not(t, "請填寫主旨")
	clerk.Post(at, chinese.With("do", "language:fr")...).Says(t, http.StatusOK, `<html lang="zh-Hant-TW"`)
	clerk.Get("/apply").Says(t, http.StatusOK, `<html lang="zh-Hant-TW"`)
}

// What comes with the form stays with it, and what stands in the draft stays as it was kept.
func TestALanguageIsChosenInADraft(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(webtest.OneLine("do", "save")...)...)
	page := clerk.Get(draft.At())
	fields := page.With(webtest.OneLine("do", "language:en")...)
	fields = append(fields, "subject", "收發窗口")
	english := clerk.SendAs(draft.At(), "attachments.file", "通知.pdf", "%PDF-1.7 1\n%%EOF", fields...)
	english.Says(t, http.StatusOK, `<html lang="en"`, `value="收發窗口"`, "通知.pdf", `name="attachments.0.digest"`)
	cut := clerk.SendAs(draft.At(), "attachments.file", "畫面.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", fields...)
	cut.Says(t, http.StatusOK, `<html lang="en"`, `value="收發窗口"`, `href="#f-attachments"`, `name="refused"`)
	clerk.Get(draft.At()).Says(t, http.StatusOK, `value="調任收發窗口，申請公文登記桌"`).Not(t, `value="收發窗口"`, "通知.pdf")

	other := h.As(t, "P13")
	other.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
	other.Post(draft.At(), fields...).Says(t, http.StatusForbidden)

	clerk.Post(draft.At(), page.With(webtest.OneLine("do", "submit")...)...).Says(t, http.StatusOK)
	late := page.With(webtest.OneLine("do", "language:zh-TW")...)
	clerk.Post(draft.At(), append(late, "subject", "收發窗口")...).Says(t, http.StatusConflict, `<html lang="zh-Hant-TW"`, "這份申請目前為「陳核中」", `value="收發窗口"`)
}

// So it is where a row of a list is entered or changed: what was typed is still there, and
// nothing is kept.
func TestARowOfAListComesBackInTheOtherLanguage(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P05")
	form := admin.Get("/lists/units/new").Says(t, http.StatusOK, `form="form" name="do" value="language:en"`).Not(t, `hreflang="en"`)
	english := admin.Post("/lists/units/new", form.With("name", "機要室", "short", "機要", "reason", "組織調整", "do", "language:en")...)
	english.Says(t, http.StatusOK, `<html lang="en"`, `value="機要室"`, `value="機要"`, "組織調整", `value="language:zh-TW"`).Not(t, `class="errors"`, "新增單位")
	admin.Get("/lists/units").Says(t, http.StatusOK, `<html lang="en"`).Not(t, "機要室")

	edit := admin.Get("/lists/units/U03/edit")
	admin.Post("/lists/units/U03/edit", edit.With("name", "資訊中心", "do", "language:zh-TW")...).
		Says(t, http.StatusOK, `<html lang="zh-Hant-TW"`, `value="資訊中心"`, "編輯「資訊室」")
}

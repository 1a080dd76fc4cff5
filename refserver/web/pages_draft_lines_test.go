package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// withoutSubject are the fields of a request whose subject nobody has typed yet.
func withoutSubject() []string {
	line := webtest.OneLine()
	line[1] = ""
	return line
}

// Several drafts without a subject are told apart by what is in them; one in which nothing
// is, by its form. Each says when it was last kept, and carries the date of today.
func TestADraftWithoutASubjectSaysWhatItIsAbout(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(append(withoutSubject(), "do", "save")...)...).Says(t, http.StatusOK, "<dt>申請日期</dt><dd>115.11.23")
	clerk.Post("/apply/account_request", clerk.Get("/apply/account_request").With("reason", "只填了原因", "do", "save")...).Says(t, http.StatusOK)
	for _, page := range []string{"/", "/apply"} {
		clerk.Get(page).Says(t, http.StatusOK, "權限帳號申請單：公文系統，鍾明哲", "115.11.23 09:00")
	}
	h.Until(t, h.Now().AddDate(0, 0, 2))
	clerk.Get(draft.At()).Says(t, http.StatusOK, "<dt>申請日期</dt><dd>115.11.25")

	// A subject put together from fields of which none is filled in is none.
	officer := h.As(t, "P08")
	officer.Post("/apply/handover", officer.Get("/apply/handover").With("basis", "府人字第 1 號", "do", "save")...).Says(t, http.StatusOK)
	officer.Get("/").Says(t, http.StatusOK, `<span class="begun">職務移交單</span>`).Not(t, "（）")
}

// A file that is not kept is not in the form: it is said, and nothing is counted as to be
// mended; without another file the form can be sent.
func TestAFileThatWasRefusedIsNothingToMend(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	send := func(page webtest.Reply, do string, more ...string) webtest.Reply {
		return clerk.SendAs("/apply/account_request", "attachments.file", "工具.exe", "MZ", page.With(append(append(webtest.OneLine(), more...), "do", do)...)...)
	}
	said := "有 1 個檔案未收存，不在申請單內"
	page := send(form, "upload:attachments").Says(t, http.StatusOK, said, `href="#f-attachments"`).Not(t, "處需補正")
	send(page, "submit").Says(t, http.StatusUnprocessableEntity, said).Not(t, "處需補正")
	// What is wrong beside it is counted by itself.
	send(form, "submit", "reason", "").Says(t, http.StatusUnprocessableEntity, said, "尚有 1 處需補正")
	clerk.Post("/apply/account_request", page.With(append(webtest.OneLine(), "do", "submit")...)...)
	clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "submit")...)...).Says(t, http.StatusOK, "陳核中")
}

// A draft that the system prepared is not one that was sent back: each has a list of its own.
func TestWhatIsUnsentIsNotCountedAsReturned(t *testing.T) {
	h := webtest.OpenHouse(t)
	for _, kinds := range [][]string{{"correct", "退回補正"}, {"unsent", "草稿待送出"}} {
		page := h.As(t, "P01").Get("/overview?kind="+kinds[0]).Says(t, http.StatusOK, `value="`+kinds[0]+`" selected`)
		if !strings.Contains(page.Text, kinds[1]) {
			t.Errorf("no list of %s", kinds[1])
		}
	}
}

// Where a draft was kept in another window, what differs is said with the number of the row,
// what it is about, and of whom.
func TestADifferenceNamesItsRow(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK)
	id := strings.TrimSuffix(strings.TrimPrefix(draft.At(), "/cases/"), "/edit")
	c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P13", Channel: "go"}, id)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := c.Fields["lines"].([]forms.Row)
	row, _ := rows[0][forms.RowID].(string)
	mine := append(webtest.OneLine(), "lines.1._row", row, "do", "save")
	clerk.Post(draft.At(), draft.With(append(mine, "lines.1.purpose", "另一個用途")...)...).Says(t, http.StatusOK)
	clerk.Post(draft.At(), draft.With(mine...)...).Says(t, http.StatusConflict, "第 1 列「公文系統，鍾明哲」，")
}

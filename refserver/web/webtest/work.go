package webtest

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/account"
)

// OneLine is a request for one system, as somebody types it.
func OneLine(fields ...string) []string {
	return append([]string{
		"subject", "調任收發窗口，申請公文登記桌", "op", "add", "reason", "接任單位收發",
		"lines.1.system", "S02", "lines.1.permission", "unit_registry", "lines.1.purpose", "單位公文收發",
		"lines.1.account_user.kind", "person", "lines.1.account_user.find", "鍾明哲",
		"lines.1.responsible.find", "邱柏叡",
		"lines.1.period.from", "115.12.01", "lines.1.period.to", "1161130",
	}, fields...)
}

// Apply fills in and sends a request as P13 and returns the case's address.
func (h *House) Apply(t testing.TB, fields ...string) string {
	t.Helper()
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "權限帳號申請單")
	sent := clerk.Post("/apply/account_request", form.With(append(OneLine(fields...), "do", "submit")...)...)
	sent.Says(t, http.StatusOK, "陳核中")
	return sent.At()
}

// LinkTo finds a case on somebody's list by its subject.
func (h *House) LinkTo(t testing.TB, person, subject string) string {
	t.Helper()
	page := h.As(t, person).Get("/")
	found := regexp.MustCompile(`href="(/cases/[^"]+)">` + subject).FindStringSubmatch(page.Text)
	if found == nil {
		t.Fatalf("%s has no %s\n%s", person, subject, page.Text)
	}
	return found[1]
}

// Lapsed is a request that its applicant, who is returned too, never confirmed.
func (h *House) Lapsed(t testing.TB) (string, *Caller) {
	t.Helper()
	path, clerk := h.Confirming(t)
	h.Until(t, h.Now().AddDate(0, 0, 20))
	return path, clerk
}

// Confirming is a request whose applicant is asked to confirm it, and the applicant.
func (h *House) Confirming(t testing.TB) (string, *Caller) {
	t.Helper()
	path := h.Apply(t)
	deputy := h.As(t, "P12")
	deputy.Post(path+"/act", deputy.Get(path).With("do", "approve")...).Says(t, http.StatusOK, "同意。")
	h.Settle(t)
	admin := h.As(t, "P10")
	row := regexp.MustCompile(`href="(/cases/[^"]+)"[^>]*>登錄處置結果`).FindStringSubmatch(admin.Get("/handling").Text)
	if row == nil {
		t.Fatal("no link to the row")
	}
	admin.Post(row[1]+"/act", admin.Get(row[1]).With("fields", "given_account,result_note,proof", "given_account", "qh150013", "result_note", "已加入", "result", "opened", "do", "record")...).Says(t, http.StatusOK)
	h.Settle(t)
	return path, h.As(t, "P13")
}

// Extended is the closing of a permission for which more time is being asked: its
// applicant has answered so, and has the draft of the request before him.
func (h *House) Extended(t testing.TB) (closing, draft string) {
	t.Helper()
	question := h.LinkTo(t, "P13", "使用期限到期詢問")
	applicant := h.As(t, "P13")
	said := applicant.Post(question+"/act", applicant.Get(question).With("fields", "extend_until", "result", "extend", "extend_until", "116.06.30", "do", "record")...).Says(t, http.StatusOK)
	found := regexp.MustCompile(`href="(/cases/[^"]+)/edit">前往填寫並送出`).FindStringSubmatch(said.Text)
	if found == nil {
		t.Fatal("no way to the draft")
	}
	h.Until(t, h.Now().AddDate(0, 0, 10)) // the permission has ended
	return h.LinkTo(t, "P10", "到期停用："), found[1]
}

// Stock puts many tasks like one of somebody's on the lists of those who have it.
func (h *House) Stock(t testing.TB, person, kind string, many int) {
	t.Helper()
	mine, err := h.Kit.Tasks(t.Context(), ismskit.Actor{Person: person}, ismskit.TodoFilter{Kinds: []string{kind}})
	if err != nil || len(mine) == 0 {
		t.Fatalf("%s has no task of the kind %s, %v", person, kind, err)
	}
	last := mine[len(mine)-1]
	err = h.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Cases().List(ctx, ismskit.CaseQuery{IDs: []string{last.Case}})
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%d cases, %w", len(found), err)
		}
		for i := range many {
			row, task := found[0], last.TaskRow
			row.ID, row.Revision = fmt.Sprintf("stock%04d", i), 1
			task.Case, task.Due = row.ID, last.Due.AddDate(0, 0, 1)
			if err := tx.Cases().Insert(ctx, row, []ismskit.TaskRow{task}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// GiveLogin gives a person a login with a token of it.
func (h *House) GiveLogin(t testing.TB, login, person string) {
	t.Helper()
	_, err := h.Accounts.Create(t.Context(), login, person, account.OneTimePassword(login), true, time.Now())
	if err == nil {
		_, _, err = h.Accounts.IssueToken(t.Context(), login, "每週報表", account.Scopes{Read: true}, time.Now().AddDate(0, 3, 0), time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
}

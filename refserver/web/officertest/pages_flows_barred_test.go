package officertest

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A server that can't make out which version is in use says so before anybody fills the form
// in, to the officer as well; what was typed on a page of before stays, and the rest goes on.
func TestAFormThatCanNotBeginSaysSoBeforeItIsFilledIn(t *testing.T) {
	var cfg ismskit.Config
	webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	err := cfg.Store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		return tx.Registers().Put(ctx, register.Row{
			List: register.Flows, ID: "account_request", Revision: 1, Values: []byte(`{"type":"account_request","version":"77-1","base":"77","digest":"x"}`), ChangedAt: webtest.Morning, ChangedBy: "P04",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.Serve(t, cfg)
	clerk := h.As(t, "P13")
	clerk.Get("/apply").Says(t, http.StatusOK, "暫停受理")
	clerk.Get("/apply/account_request").Says(t, http.StatusConflict, "這種表單目前無法開始新案", "無法解讀第 77-1 版")
	clerk.Post("/apply/account_request", append(webtest.OneLine(), "subject", "新進人員帳號", "do", "submit")...).
		Says(t, http.StatusConflict, "這種表單目前無法開始新案", `value="新進人員帳號"`)
	clerk.Get("/").Says(t, http.StatusOK)

	officer := h.As(t, officerOf(t, h))
	officer.Get("/flows").Says(t, http.StatusOK, "無法以此版開始新案")
	officer.Get("/flows/account_request").Says(t, http.StatusOK, "目前無法以此版開始新案", "無法解讀第 77-1 版")
	officer.Post("/flows/account_request/begin").Says(t, http.StatusConflict, "無法解讀第 77-1 版")
	officer.Post("/flows/account_request/use", "version", "12", "in_use", "77-1", "reason", "回復原流程").Says(t, http.StatusOK, "已改採第 12 版")
	clerk.Get("/apply").Says(t, http.StatusOK).Not(t, "暫停受理")
	clerk.Get("/apply/account_request").Says(t, http.StatusOK)
}

// An older version that would show what it hides is not brought back: the page on which the
// reason is asked says why, before it is sent and after.
func TestAVersionThatCanNotBeginIsNotBroughtBack(t *testing.T) {
	var cfg ismskit.Config
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	officer := h.As(t, officerOf(t, h))
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	v := h.Kit.Types().Versions()
	d, err := v.Draft(t.Context(), ismskit.Actor{Person: officerOf(t, h)}, "account_request")
	if err != nil {
		t.Fatal(err)
	}
	n, err := d.Flow.At("root.sequence[1]")
	if err != nil {
		t.Fatal(err)
	}
	n.Step.Hide = append(n.Step.Hide, "lines.purpose")
	if d.Flow, err = d.Flow.Put("root.sequence[1]", n); err != nil {
		t.Fatal(err)
	}
	if _, err = v.Save(t.Context(), ismskit.Actor{Person: officerOf(t, h)}, ismskit.FlowChange{Type: "account_request", Seen: d.Draft.Revision, Flow: d.Flow}); err != nil {
		t.Fatal(err)
	}
	draft := officer.Get("/flows/account_request/draft")
	officer.Post("/flows/account_request/draft/publish", draft.With("reason", "目的不給科長看")...).Says(t, http.StatusOK, "已發布並採用第 12-1 版")
	officer.Post("/flows/account_request/use", "version", "12", "in_use", "12-1", "reason", "還原").Says(t, http.StatusOK, "已改採第 12 版")

	i := slices.IndexFunc(cfg.Types, func(t ismskit.Type) bool { return t.Key == "account_request_row" })
	row := cfg.Types[i]
	row.Version, row.Form.Version, row.Flow.Version, row.Subject, row.SubjectIn = "99", "99", "99", "{purpose}", nil
	cfg.Types = append(slices.Clone(cfg.Types), row)
	h = webtest.Serve(t, cfg)
	officer = h.As(t, officerOf(t, h))
	officer.Get("/flows/account_request/use?version=12-1").Says(t, http.StatusOK, "目前無法以此版開始新案", "在某一關卡隱藏")
	officer.Post("/flows/account_request/use", "version", "12-1", "in_use", "12", "reason", "再試").Says(t, http.StatusUnprocessableEntity, "在某一關卡隱藏", `value="再試"`)
}

// A draft is tried out with the fields of the form that it is published with.
func TestADraftIsTriedOutWithTheFieldsOfItsForm(t *testing.T) {
	var cfg ismskit.Config
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	officer := h.As(t, officerOf(t, h))
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	added := officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[1]", "do", "before:step")...).Says(t, http.StatusOK)
	officer.Post("/flows/account_request/draft/node", fills(t, added, "name_zh", "主管覆核")...).Says(t, http.StatusOK, "已存入草稿")
	draft = officer.Get("/flows/account_request/draft")
	officer.Post("/flows/account_request/draft/publish", draft.With("reason", "多一關")...).Says(t, http.StatusOK, "已發布並採用第 12-1 版")

	i := slices.IndexFunc(cfg.Types, func(t ismskit.Type) bool { return t.Key == "account_request" })
	next := cfg.Types[i]
	next.Version, next.Form.Version, next.Flow.Version = "99", "99", "99"
	next.Form.Fields = append(slices.Clone(next.Form.Fields), forms.Field{Key: "cost", Type: "integer", Label: forms.Text{"zh-TW": "所需經費", "en": "Cost"}})
	cfg.Types = append(slices.Clone(cfg.Types), next)
	h = webtest.Serve(t, cfg)
	officer = h.As(t, officerOf(t, h))
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK, "發布後為第 99-1 版")
	officer.Get("/trial?type=account_request").Says(t, http.StatusOK).Not(t, "所需經費")
	officer.Get("/trial?type=account_request&draft=1").Says(t, http.StatusOK, "所需經費", `name="cost"`, `name="draft" value="1"`)
	officer.Post("/trial", "do", "try", "type", "account_request", "draft", "1", "cost", "50").Says(t, http.StatusOK, `value="50"`)
}

package officertest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// nextAccountRequest is the account request in a version after which the security officer
// confirms at the end.
func nextAccountRequest(c *ismskit.Config) {
	c.Types = slices.Clone(c.Types)
	for _, typ := range c.Types {
		if typ.Key != "account_request" {
			continue
		}
		typ.Version, typ.Form.Version, typ.Flow.Version = "next", "next", "next"
		typ.Flow.Root.Sequence = append(slices.Clone(typ.Flow.Root.Sequence), workflow.Node{Step: &workflow.Step{
			ID: "officer", Name: workflow.Text{"zh-TW": "資安人員確認", "en": "Security officer"}, Kind: workflow.KindConfirm,
			Who: []workflow.Who{{Kind: workflow.WhoRole, Module: "organisation", Role: "security_officer"}},
		}})
		c.Types = append(c.Types, typ)
	}
}

// The officer finds which requests run by the version of before, reads why one has to stay,
// and moves another with a reason; the clerk reads on his request who did, and why.
func TestAnOfficerMovesARequestToTheNextVersion(t *testing.T) {
	cfg := webtest.Config(t)
	before := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	at := before.Apply(t, "subject", "收文帳號")
	nextAccountRequest(&cfg)
	h := webtest.Serve(t, cfg)

	clerk := h.As(t, "P13")
	clerk.Get("/migration").Says(t, http.StatusNotFound)
	clerk.Get("/migration?type=account_request").Says(t, http.StatusNotFound)
	clerk.Post("/migration", "type", "account_request", "comment", "修訂").Says(t, http.StatusNotFound)
	clerk.Get("/").Says(t, http.StatusOK).Not(t, "案件轉用新版流程")

	officer := h.As(t, officerOf(t, h))
	officer.Get("/").Says(t, http.StatusOK, `href="/migration"`)
	officer.Get("/migration").Says(t, http.StatusOK, "/migration?type=account_request")
	officer.Get("/trial?type=account_request").Says(t, http.StatusOK, "/migration?type=account_request")
	page := officer.Get("/migration?type=account_request").Says(t, http.StatusOK, "現行版：第 next 版", "可以轉用的案件", "勾選的案件轉用第 next 版")
	// What he may read he finds there with what it is about; where he may not, its number alone.
	officer.Get(at).Says(t, http.StatusOK, "收文帳號")
	page.Says(t, http.StatusOK, `<a href="`+at+`">收文帳號`)
	c, err := h.Kit.Case(t.Context(), ismskit.Actor{Person: "P13"}, strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	tick := append(page.Ticks(t, c.Number), "type", "account_request", "to", "next")
	officer.Post("/migration", page.With(tick...)...).Says(t, http.StatusUnprocessableEntity, "請填寫轉用的理由。", "comment-error", " checked")
	officer.Post("/migration", page.With("type", "account_request", "comment", "流程修訂")...).Says(t, http.StatusUnprocessableEntity, "請勾選要轉用的案件。", "流程修訂</textarea>")
	officer.Post("/migration", "type", "account_request", "item", "nonsense", "comment", "流程修訂").Says(t, http.StatusBadRequest)
	officer.Get("/migration?type=account_request&after=x%7Cy").Says(t, http.StatusBadRequest)

	// It was signed meanwhile: what was looked at is no more.
	if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: "P13"}, c.ID, ismskit.Action{Verb: workflow.VerbComment, Comment: "請儘速"}); err != nil {
		t.Fatal(err)
	}
	officer.Post("/migration", page.With(append(tick, "comment", "流程修訂")...)...).Says(t, http.StatusOK, "已轉用 0 件；1 件未轉用", "案件在您勾選後已有變動")
	page = officer.Get("/migration?type=account_request")
	tick = append(page.Ticks(t, c.Number), "type", "account_request")
	officer.Post("/migration", page.With(append(tick, "comment", "流程修訂")...)...).Says(t, http.StatusOK, "已轉用 1 件。").Not(t, "先前已轉用")
	// Back on the page, with another reason; and from a page that was open all the while.
	officer.Post("/migration", page.With(append(tick, "comment", "另一理由")...)...).Says(t, http.StatusOK, "已轉用 0 件；1 件未轉用", "本頁先前已用其他理由或勾選送出")
	officer.Post("/migration", append(tick, "comment", "流程修訂")...).Says(t, http.StatusOK, "已轉用 0 件。另有 1 件先前已轉用。")
	clerk.Get(at).Says(t, http.StatusOK, "案件轉用新版", "流程修訂", "由第 "+c.Version+" 版轉用第 next 版", "資安人員確認", "相符")

	// What has ended meanwhile says so, and is not taken for what is not there.
	ended := before.Apply(t, "subject", "發文帳號")
	id := strings.TrimPrefix(ended, "/cases/")
	if _, err := h.Kit.Act(t.Context(), ismskit.Actor{Person: "P13"}, id, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "免辦"}); err != nil {
		t.Fatal(err)
	}
	officer.Post("/migration", "type", "account_request", "comment", "流程修訂", "item", id+"|1|A", "item", "no-such-case|1|B").
		Says(t, http.StatusOK, "A：本件已結案。", "B：查無本件。")
	officer.Get("/migration?type=account_request&lang=en").Says(t, http.StatusOK)
}

// officerOf is who is security officer in the demonstration.
func officerOf(t *testing.T, h *webtest.House) string {
	t.Helper()
	for _, person := range []string{"P04", "P02", "P03", "P07", "P08"} {
		me, err := h.Kit.People().Me(t.Context(), ismskit.Actor{Person: person})
		if err != nil {
			t.Fatal(err)
		}
		if me.Rights["manage_types"] {
			return person
		}
	}
	t.Fatal("nobody is security officer")
	return ""
}

// A refusal on the second page keeps the page and the ticks.
func TestARefusalKeepsThePageAndItsTicks(t *testing.T) {
	cfg := webtest.Config(t)
	before := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	for i := range 52 {
		before.Apply(t, "subject", "收文帳號"+strconv.Itoa(i))
	}
	nextAccountRequest(&cfg)
	h := webtest.Serve(t, cfg)
	officer := h.As(t, officerOf(t, h))
	page := officer.Get("/migration?type=account_request")
	at := strings.Index(page.Text, "&amp;after=")
	if at < 0 {
		t.Fatal("no second page")
	}
	rest := page.Text[at+len("&amp;after="):]
	second := officer.Get("/migration?type=account_request&after=" + strings.ReplaceAll(rest[:strings.Index(rest, `"`)], "&amp;", "&"))
	got := officer.Post("/migration", second.With("type", "account_request", "to", "next", "item", second.Ticks(t)[1])...)
	got.Says(t, http.StatusUnprocessableEntity, "請填寫轉用的理由。")
	if !strings.Contains(got.Text, " checked") {
		t.Error("the tick is lost: the first page is shown")
	}
}

// Where no case can be moved the page says so, and that nothing needs to be done.
func TestThePageSaysThatNoCaseCanBeMoved(t *testing.T) {
	cfg := webtest.Config(t)
	before := webtest.OpenHouseWith(t, func(c *ismskit.Config) { cfg = *c })
	at := before.Apply(t, "subject", "收文帳號")
	c, err := before.Kit.Case(t.Context(), ismskit.Actor{Person: "P13"}, strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	nextAccountRequest(&cfg)
	next := &cfg.Types[len(cfg.Types)-1]
	flow, err := json.Marshal(next.Flow)
	if err != nil {
		t.Fatal(err)
	}
	// The step at which it stands is another one there.
	step := c.Flow.Open()[0].Step
	next.Flow = workflow.Flow{}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(flow), strconv.Quote(step), strconv.Quote(step+"_new"))), &next.Flow); err != nil {
		t.Fatal(err)
	}
	h := webtest.Serve(t, cfg)
	officer := h.As(t, officerOf(t, h))
	officer.Get("/migration?type=account_request").Says(t, http.StatusOK, "目前沒有可以轉用的案件。", "依原版辦理至結案即可", "不能轉用的原因").Not(t, "勾選的案件轉用")
	officer.Get("/migration?type=handover").Says(t, http.StatusOK, "沒有依其他版次辦理中的案件。", "新送出的案件都依現行版辦理。")
}

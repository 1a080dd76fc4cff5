package officertest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// Whoever may look sees which flow each form goes by, as a picture with people in words, and
// takes it away as a file that can be read in again; a clerk finds none of it.
func TestTheFlowOfAFormIsLookedAt(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	officer.Get("/").Says(t, http.StatusOK, `href="/flows"`)
	officer.Get("/flows").Says(t, http.StatusOK, "表單流程", `href="/flows/account_request"`, "權限帳號申請單", "程式內建")
	page := officer.Get("/flows/account_request").Says(t, http.StatusOK,
		"申請人的單位主管", "無人可辦時：", "當「緊急補單」為「是」", "緊急補單，須由口頭核准人本人確認", "逐列處置", "到此關卡起 2 個工作天",
		"可退回", "匯出", "採用中", "權限帳號申請單（各列的處置）", "建立後即採用")
	page.Not(t, "unit_head", "emergency", "levels_up")
	officer.Get("/flows/account_request_row").Says(t, http.StatusOK, "的權限管理人員", "送外單位辦理")
	officer.Get("/flows/account_request?lang=en").Says(t, http.StatusOK, "head of the unit of the applicant")
	file := officer.Get("/flows/account_request/export").Says(t, http.StatusOK, `"root"`)
	if flow, err := workflow.ParseFlow([]byte(file.Text)); err != nil || flow.Key != "account_request" {
		t.Errorf("the file is read in as %s, %v", flow.Key, err)
	}
	officer.Get("/flows/no_such").Says(t, http.StatusNotFound)
	officer.Get("/flows/account_request?version=no").Says(t, http.StatusNotFound)

	clerk := h.As(t, "P13")
	clerk.Get("/").Not(t, `href="/flows"`)
	for _, path := range []string{"/flows", "/flows/account_request", "/flows/account_request/export"} {
		clerk.Get(path).Says(t, http.StatusNotFound)
	}
}

// sentAlong are the fields of a form page as a browser would send them: what is typed and
// ticked in the form with an id.
func sentAlong(t *testing.T, page webtest.Reply) url.Values {
	t.Helper()
	out := url.Values{}
	for _, tag := range regexp.MustCompile(`<(?:input|select|textarea|option)[^>]*>`).FindAllString(page.Text[strings.Index(page.Text, `<form id="form"`):], -1) {
		at := func(name string) string {
			if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
				return html.UnescapeString(m[1])
			}
			return ""
		}
		kind := at("type")
		switch {
		case strings.HasPrefix(tag, "<select"):
			out[" select"] = []string{at("name")}
		case strings.HasPrefix(tag, "<option"):
			if strings.Contains(tag, " selected") {
				out.Set(out.Get(" select"), at("value"))
			}
		case (kind == "checkbox" || kind == "radio") && !strings.Contains(tag, " checked"):
		case at("name") != "":
			out.Add(at("name"), at("value"))
		}
	}
	delete(out, " select")
	return out
}

// fills is a form page with some fields filled in otherwise, as pairs.
func fills(t *testing.T, page webtest.Reply, changes ...string) []string {
	t.Helper()
	form := sentAlong(t, page)
	for i := 0; i+1 < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	form.Set("do", "save")
	var out []string
	for name, values := range form {
		for _, v := range values {
			out = append(out, name, v)
		}
	}
	return out
}

// An officer puts a step before the head, reads beside it what is wrong, mends it, tries it
// out and publishes it: whoever fills in the form then has the new way before him.
func TestAnOfficerChangesTheFlowOfAFormOnPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	clerk := h.As(t, "P13")
	clerk.Get("/apply/account_request").Not(t, "資安覆核")

	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK, "流程草稿", "發布後為第 12-1 版", "在此之前加一關")
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK, "已有修改中的草稿")
	officer.Get("/flows").Says(t, http.StatusOK, "存檔")
	node := officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[1]", "do", "before:step")...).Says(t, http.StatusOK, "新關卡", "存入草稿", "辦理人員")

	// It is still called as the page called it: said beside it and in the list, and not in its way.
	officer.Get("/flows/account_request/draft").Says(t, http.StatusOK, "<strong>請留意</strong>", `<a href="#n-root-sequence-1">「新關卡」：名稱仍為「新關卡」，請命名，並確認辦理人員。</a>`, `<ul class="flow__warns"><li>名稱仍為「新關卡」`).Not(t, "修正後才能發布")

	// What cannot be read stays as it was typed; what is wrong is kept, and said beside the step.
	officer.Post("/flows/account_request/draft/node", fills(t, node, "due_n", "很久")...).Says(t, http.StatusUnprocessableEntity, `value="很久"`, `href="#f-due_n"`)
	for field, text := range map[string]string{"due_n": "-4", "every_n": "0"} {
		officer.Post("/flows/account_request/draft/node", fills(t, node, field, text)...).Says(t, http.StatusUnprocessableEntity, `value="`+text+`"`, `href="#f-`+field+`"`, "以上的數值").Not(t, "term_format")
	}
	wrong := officer.Post("/flows/account_request/draft/node", fills(t, node, "name_zh", "資安覆核", "name_en", "Security check", "kind", "consult", "who.1.way", "same_as", "who.1.of", "", "on_reject", "continue")...)
	wrong.Says(t, http.StatusOK, "已存入草稿", "處須修正，修正後才能發布", `href="#n-root-sequence-1"`, "「資安覆核」：", "is-wrong-box", "請選擇關卡。", "「會辦」關卡不適用此項設定")
	officer.Post("/flows/account_request/draft/publish", wrong.With("reason", "先經資安覆核")...).Says(t, http.StatusUnprocessableEntity, `value="先經資安覆核"`)
	officer.Get("/trial?type=account_request&draft=1").Says(t, http.StatusOK, "修正後才能試跑")

	node = officer.Get("/flows/account_request/draft/node?path=root.sequence[1]").Says(t, http.StatusOK, `value="資安覆核"`, "須修正：", `<a href="#f-who.1.same_step">請選擇關卡。</a>`, `id="f-who.1.same_step-error">請選擇關卡。`, `id="f-on_reject-error">「會辦」關卡不適用此項設定`)
	refreshed := officer.Post("/flows/account_request/draft/node", append(fills(t, node, "who.1.way", "role"), "do", "refresh")...).Says(t, http.StatusOK, "organisation/security_officer", "資安管制人員（資通安全組織）", "資安管制人員（稽核缺失管理）", ">人事承辦人<")
	mended := officer.Post("/flows/account_request/draft/node", fills(t, refreshed, "kind", "review", "who.1.way", "role", "who.1.role", "organisation/security_officer", "due_n", "2", "due_unit", "wd")...)
	mended.Says(t, http.StatusOK, "資安覆核", "到此關卡起 2 個工作天").Not(t, "is-wrong-box", "名稱仍為")

	officer.Get("/trial?type=account_request&draft=1").Says(t, http.StatusOK, "試跑「權限帳號申請單」的流程草稿", `name="draft" value="1"`, "資安覆核")
	officer.Get("/trial?type=account_request").Says(t, http.StatusOK).Not(t, "資安覆核")
	clerk.Get("/apply/account_request").Not(t, "資安覆核")
	officer.Post("/flows/account_request/draft/publish", mended.With("reason", " ")...).Says(t, http.StatusUnprocessableEntity, "請填寫事由")
	officer.Post("/flows/account_request/draft/publish", mended.With("reason", "先經資安覆核")...).Says(t, http.StatusOK, "已發布並採用第 12-1 版", "本機關自訂", "先經資安覆核", "改採此版")
	clerk.Get("/apply/account_request").Says(t, http.StatusOK, "資安覆核")

	officer.Get("/flows/account_request/use?version=12").Says(t, http.StatusOK, "改採第 12 版", `name="in_use" value="12-1"`)
	officer.Post("/flows/account_request/use", "version", "12", "in_use", "12-1", "reason", "").Says(t, http.StatusUnprocessableEntity, "請填寫事由")
	officer.Post("/flows/account_request/use", "version", "12", "in_use", "12", "reason", "還原").Says(t, http.StatusConflict, `value="還原"`)
	officer.Post("/flows/account_request/use", "version", "12", "in_use", "12-1", "reason", "還原").Says(t, http.StatusOK, "已改採第 12 版")
	clerk.Get("/apply/account_request").Says(t, http.StatusOK).Not(t, "資安覆核")
}

// Two work on it: the later one is told who did, and what he typed stays.
func TestAStaleDesignPageLosesNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	node := officer.Get("/flows/account_request/draft/node?path=root.sequence[1]").Says(t, http.StatusOK, "單位主管")
	officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[1]", "do", "up")...).Says(t, http.StatusOK, "已調整順序")

	officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[1]", "do", "up")...).Says(t, http.StatusConflict, "草稿已有變動", "存檔")
	officer.Post("/flows/account_request/draft/publish", draft.With("reason", "試")...).Says(t, http.StatusConflict, `name="reason" value="試"`)
	officer.Post("/flows/account_request/draft/remove", draft.With("path", "root.sequence[1]")...).Says(t, http.StatusConflict)
	officer.Post("/flows/account_request/draft/discard", draft.With()...).Says(t, http.StatusConflict)
	// The step has moved: it is found where it stands now, with what was typed for it.
	stale := officer.Post("/flows/account_request/draft/node", fills(t, node, "name_zh", "主管核章")...).Says(t, http.StatusConflict, "草稿已有變動", `value="主管核章"`, `name="path" value="root.sequence[0]"`)
	officer.Post("/flows/account_request/draft/node", fills(t, stale)...).Says(t, http.StatusOK, "主管核章")
	officer.Post("/flows/account_request/draft", draft.With("path", "root.nowhere", "revision", "x", "do", "up")...).Says(t, http.StatusConflict)

	page := officer.Get("/flows/account_request/draft")
	officer.Post("/flows/account_request/draft", page.With("path", "root.nowhere", "do", "up")...).Says(t, http.StatusBadRequest)
	officer.Get("/flows/account_request/draft/remove?path=root.sequence[0]&revision=3").Says(t, http.StatusOK, "刪除「主管核章」")
	officer.Post("/flows/account_request/draft/remove", page.With("path", "root.sequence[0]")...).Says(t, http.StatusOK, "已自草稿刪除").Not(t, "主管核章")
	page = officer.Get("/flows/account_request/draft/discard").Says(t, http.StatusOK, "捨棄流程草稿")
	officer.Post("/flows/account_request/draft/discard", page.With()...).Says(t, http.StatusOK, "已捨棄草稿")
	officer.Get("/flows/account_request/draft").Says(t, http.StatusNotFound)
}

// A file that is no flow is told why, by its line or place, and the draft stays; what was
// exported comes in again.
func TestAFlowIsReadInFromAFile(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	at := "/flows/account_request/draft/import"
	officer.Send(at, "flow.json", "{\n \"key\": \"x\",\n oops}", draft.With()...).Says(t, http.StatusUnprocessableEntity, "流程檔無法匯入", "第 3 行", "單位主管")
	officer.Send(at, "flow.json", `{"key":"x","version":"1","root":{"step":{"id":"a","nmae":{}}}}`, draft.With()...).Says(t, http.StatusUnprocessableEntity, "root.step", "nmae")
	officer.Send(at, "flow.json", strings.Repeat(" ", 1<<20+1), draft.With()...).Says(t, http.StatusUnprocessableEntity, "過大")
	officer.Send(at, "", "", draft.With()...).Says(t, http.StatusUnprocessableEntity, "請選擇流程檔")
	file := officer.Get("/flows/account_request/draft/export").Says(t, http.StatusOK)
	text := strings.Replace(file.Text, "單位主管", "科室主管", 1)
	officer.Send(at, "flow.json", text, draft.With()...).Says(t, http.StatusOK, "已匯入草稿", "科室主管")
	officer.Send(at, "flow.json", text, draft.With()...).Says(t, http.StatusConflict, "請再選擇一次流程檔")
}

// Beside a flow with more ways than are looked at stands that not all was proved, in its draft and
// where it is in use; it is published all the same.
func TestBesideAFlowStandsThatNotAllIsProved(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK).Not(t, "<strong>請留意</strong>")
	flow, err := workflow.ParseFlow([]byte(officer.Get("/flows/account_request/draft/export").Says(t, http.StatusOK).Text))
	if err != nil {
		t.Fatal(err)
	}
	flow.Separate = append(flow.Separate, []string{workflow.Applicant, "head"})
	for i := range 9 {
		read := &workflow.Step{ID: fmt.Sprint("read", i), Name: workflow.Text{"zh-TW": "傳閱", "en": "Read"}, Kind: workflow.KindRead, Who: []workflow.Who{{Kind: workflow.WhoUnitHead}}}
		if flow, err = flow.Before("root.sequence[0]", workflow.Node{Choice: &workflow.Choice{ID: fmt.Sprint("fork", i), Cases: []workflow.Case{{When: "op == 'add'", Then: workflow.Node{Step: read}}}}}); err != nil {
			t.Fatal(err)
		}
	}
	body, err := json.Marshal(flow)
	if err != nil {
		t.Fatal(err)
	}
	draft = officer.Send("/flows/account_request/draft/import", "flow.json", string(body), draft.With()...).Says(t, http.StatusOK, "<strong>請留意</strong>", "僅檢查其中 256 種").Not(t, "處須修正")
	officer.Post("/flows/account_request/draft/publish", draft.With("reason", "增設傳閱")...).Says(t, http.StatusOK, "已發布並採用", "<strong>請留意</strong>")
}

// Every step of every flow goes through its form unchanged, and every form can be drawn.
func TestEveryNodeOfEveryFlowHasAForm(t *testing.T) {
	h := webtest.OpenHouse(t)
	person := officerOf(t, h)
	officer := h.As(t, person)
	actor := ismskit.Actor{Person: person}
	all, err := h.Kit.Types().Versions().List(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range all {
		d, err := h.Kit.Types().Versions().Begin(t.Context(), actor, typ.Key, "")
		if err != nil {
			t.Fatal(err)
		}
		officer.Get("/flows/"+typ.Key+"/draft").Says(t, http.StatusOK)
		before, err := json.Marshal(d.Flow)
		if err != nil {
			t.Fatal(err)
		}
		var see func(n workflow.Node, path string)
		see = func(n workflow.Node, path string) {
			if n.ID() != "" {
				f, err := d.NodeForm(path, "")
				if err != nil {
					t.Fatal(err)
				}
				flow, err := d.Fill(path, "", f.Values)
				if err != nil {
					t.Fatal(err)
				}
				if now, err := json.Marshal(flow); err != nil || string(now) != string(before) {
					t.Errorf("%s at %s is another: %s, %v", typ.Key, path, now, err)
				}
				page := officer.Get("/flows/"+typ.Key+"/draft/node?path="+url.QueryEscape(path)).Says(t, http.StatusOK)
				officer.Post("/flows/"+typ.Key+"/draft/node", fills(t, page)...).Says(t, http.StatusOK)
				kept, err := h.Kit.Types().Versions().Draft(t.Context(), actor, typ.Key)
				if err != nil {
					t.Fatal(err)
				}
				if now, err := json.Marshal(kept.Flow); err != nil || string(now) != string(before) {
					t.Errorf("%s at %s is another by its page:\n%s\n%s %v", typ.Key, path, before, now, err)
				}
			}
			for i, below := range n.Below() {
				see(below, path+n.Into(i))
			}
		}
		see(d.Flow.Root, "root")
	}
}

// Whoever may not finds nothing at any of these addresses; whoever has the overview looks.
func TestTheDesignerIsForThoseWhoManageTypes(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	clerk := h.As(t, "P13")
	for _, path := range []string{"/draft", "/draft/node?path=root.sequence[1]", "/draft/settings", "/draft/remove?path=root.sequence[1]", "/draft/discard", "/draft/export", "/use?version=12"} {
		clerk.Get("/flows/account_request"+path).Says(t, http.StatusNotFound)
	}
	for _, path := range []string{"/begin", "/use", "/draft", "/draft/node", "/draft/settings", "/draft/remove", "/draft/discard", "/draft/import", "/draft/publish"} {
		clerk.Post("/flows/account_request"+path, "path", "root.sequence[1]", "revision", "1", "reason", "試", "version", "12", "in_use", "12", "do", "up").Says(t, http.StatusNotFound)
	}
	clerk.Get("/trial?type=account_request&draft=1").Says(t, http.StatusNotFound)
}

// Branches that run beside each other are called branches where the way is shown, not rows.
func TestTheWayCallsBranchesBranches(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[0]", "do", "after:parallel")...).Says(t, http.StatusOK)
	officer.Get("/trial?type=account_request&draft=1").Says(t, http.StatusOK, "並會　2 個分支並行").Not(t, "2 列同時")
}

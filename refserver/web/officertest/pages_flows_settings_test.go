package officertest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// What holds for the whole flow is read beside its picture, filled in as a step is, said to be
// wrong beside the setting it is about, and published: the applicant's page goes by it.
func TestAnOfficerChangesTheSettingsOfAFlowOnPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	settings := "/flows/account_request/draft/settings"
	officer.Get("/flows/account_request").Says(t, http.StatusOK, `id="settings"`, "首位人員辦理前", "5 個工作天內（通例）", "未設（指名承辦者不得退分）").Not(t, settings, "版為：", "undecided")
	officer.Get(settings).Says(t, http.StatusNotFound)
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK, `href="`+settings+`"`)

	form := officer.Get(settings).Says(t, http.StatusOK, "修改整體設定", "撤案", "案件管理人員", "登記桌人員", "職務分工（全案）", "由申請人指定人員的關卡", "首位人員辦理前").
		Not(t, ">前面關卡的辦理人員<", ">由他人指定<", ">上級職務<")
	// What its field does not take is refused there, with all that was typed.
	refused := officer.Post(settings, fills(t, form, "withdraw", "never", "take_back", "term", "take_back_n", "很久", "registry.1.way", "person")...)
	refused.Says(t, http.StatusUnprocessableEntity, `value="很久"`, `href="#f-take_back_n"`)
	officer.Post(settings, fills(t, refused, "take_back_n", "0")...).Says(t, http.StatusUnprocessableEntity, "以上的數值", `href="#f-take_back_n"`)
	officer.Post(settings, fills(t, refused, "take_back_n", "")...).Says(t, http.StatusUnprocessableEntity, `href="#f-take_back_n"`)

	// What makes no flow is kept, and said where the setting stands, in the list and on its form.
	wrong := officer.Post(settings, fills(t, refused, "take_back_n", "2", "take_back_unit", "wd", "picks.1.chosen_step", "head")...)
	wrong.Says(t, http.StatusOK, "已存入草稿", `href="#s-registry"`, "「登記桌」：", `href="#s-choose"`, "「單位主管」的辦理人員不是由他人指定", "處須修正，修正後才能發布",
		"送出後不得撤案", "第 12 版為：首位人員辦理前", "2 個工作天內", "第 12 版為：5 個工作天內（通例）")
	officer.Post("/flows/account_request/draft/publish", wrong.With("reason", "設登記桌")...).Says(t, http.StatusUnprocessableEntity, `value="設登記桌"`)
	form = officer.Get(settings).Says(t, http.StatusOK, `id="f-registry.1.persons-error">請指定人員或職務。`, `id="f-picks.1.chosen_step-error">「單位主管」的辦理人員不是由他人指定`, `value="2"`)

	mended := officer.Post(settings, fills(t, form, "registry.1.way", "role", "registry.1.role", "organisation/security_officer", "picks.1.chosen_step", "")...)
	mended.Says(t, http.StatusOK, "已存入草稿").Not(t, "處須修正")
	officer.Get("/flows/account_request").Says(t, http.StatusOK, "首位人員辦理前").Not(t, "送出後不得撤案")
	officer.Post("/flows/account_request/draft/publish", mended.With("reason", "設登記桌")...).
		Says(t, http.StatusOK, "已發布並採用第 12-1 版", "送出後不得撤案", "第 12 版為：首位人員辦理前", "2 個工作天內", "第 12 版為：未設（指名承辦者不得退分）")
	officer.Get("/flows/account_request?version=12").Says(t, http.StatusOK, "首位人員辦理前").Not(t, "送出後不得撤案")
	officer.Get("/flows/account_request?lang=en").Says(t, http.StatusOK, "never, once it is sent", "In version 12: until the first decision")
}

// A script asks for the form while it is filled in, and is told what is wrong with what was left.
func TestFieldsOfASettingFollowWhatIsChosen(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	settings := "/flows/account_request/draft/settings"
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	form := officer.Get(settings).Says(t, http.StatusOK, `id="w-take_back_n" data-field hidden`)
	officer.Header = http.Header{"X-Page-Part": {"check"}}
	part := officer.Post(settings, append(fills(t, form, "take_back", "term"), "touched", "take_back", "do", "check")...)
	part.Says(t, http.StatusOK, `id="w-take_back_n" data-field>`, `name="revision"`).Not(t, "<html", "field__error", `id="w-take_back_n" data-field hidden`)
	part = officer.Post(settings, append(fills(t, form, "take_back", "term", "take_back_n", "-3", "picks.1.chosen_max", "0"), "touched", "take_back_n", "do", "check")...)
	part.Says(t, http.StatusOK, "field__error", `value="-3"`, "以上的數值")
	if n := strings.Count(part.Text, "field__error"); n != 1 {
		t.Errorf("%d fields are said to be wrong", n)
	}
	officer.Header = nil
	officer.Get("/flows/account_request/draft").Says(t, http.StatusOK, "5 個工作天內（通例）")
}

// Two work on the settings: the later one is told who did, and what he filled in stays. Whoever
// may only look reads them, and finds no page to change them; a clerk finds nothing.
func TestStaleSettingsLoseNothing(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	settings := "/flows/account_request/draft/settings"
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	form := officer.Get(settings).Says(t, http.StatusOK)
	officer.Post(settings, fills(t, form, "take_back", "never")...).Says(t, http.StatusOK, "不得取回")
	stale := officer.Post(settings, fills(t, form, "withdraw", "never")...).Says(t, http.StatusConflict, "草稿已有變動", "存檔")
	if got := sentAlong(t, stale); got.Get("withdraw") != "never" || got.Get("take_back") != "usual" {
		t.Errorf("the page keeps %v", got)
	}
	officer.Get("/flows/account_request/draft").Says(t, http.StatusOK, "首位人員辦理前", "不得取回")
	officer.Post(settings, fills(t, stale)...).Says(t, http.StatusOK, "送出後不得撤案", "5 個工作天內（通例）")

	clerk := h.As(t, "P13")
	clerk.Get(settings).Says(t, http.StatusNotFound)
	clerk.Post(settings, fills(t, form, "withdraw", "always")...).Says(t, http.StatusNotFound)
	officer.Get("/flows/account_request/draft").Says(t, http.StatusOK, "送出後不得撤案")
}

// The settings of every flow go through their page unchanged, and each is said in words.
func TestTheSettingsOfEveryFlowHaveAForm(t *testing.T) {
	h := webtest.OpenHouse(t)
	person := officerOf(t, h)
	officer, actor := h.As(t, person), ismskit.Actor{Person: person}
	all, err := h.Kit.Types().Versions().List(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range all {
		d, err := h.Kit.Types().Versions().Begin(t.Context(), actor, typ.Key, "")
		if err != nil {
			t.Fatal(err)
		}
		before := asJSON(t, d.Flow)
		page := officer.Get("/flows/"+url.PathEscape(typ.Key)+"/draft/settings").Says(t, http.StatusOK)
		officer.Post("/flows/"+url.PathEscape(typ.Key)+"/draft/settings", fills(t, page)...).Says(t, http.StatusOK, "已存入草稿").Not(t, "版為：", "處須修正")
		kept, err := h.Kit.Types().Versions().Draft(t.Context(), actor, typ.Key)
		if err != nil {
			t.Fatal(err)
		}
		if now := asJSON(t, kept.Flow); now != before {
			t.Errorf("%s is another by its page:\n%s\n%s", typ.Key, before, now)
		}
	}
}

func asJSON(t *testing.T, flow workflow.Flow) string {
	t.Helper()
	b, err := json.Marshal(flow)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

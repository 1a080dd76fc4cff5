package officertest

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Officers see who came in; for everybody else the page is not there.
func TestChangesOfTheSystem(t *testing.T) {
	h := webtest.OpenHouse(t)
	h.As(t, "P13").Get("/changes").Says(t, http.StatusNotFound)
	officer := h.As(t, "P04")
	officer.Get("/changes?log=signins").Says(t, http.StatusOK, "系統異動紀錄", "目前沒有紀錄")
	for _, in := range []ismskit.SignIn{{Person: "P13", Channel: "web"}, {Person: "P13", Refused: true, Channel: "api"}, {Refused: true}} {
		if err := h.Kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), in); err != nil {
			t.Fatal(err)
		}
	}
	officer.Get("/").Says(t, http.StatusOK, "系統異動紀錄")
	officer.Get("/changes?log=signins").Says(t, http.StatusOK, "鍾明哲", "登入未成功", ">網頁<", ">API<", "不存在的帳號")
	officer.Get("/changes?log=openings").Says(t, http.StatusOK, "目前沒有紀錄")
	officer.Get("/changes?log=case/x").Says(t, http.StatusNotFound)
}

// The log of openings says which classified document it was, by number and version, to whoever may
// read the log; its name and the link are for who may open the document too. A second look within
// minutes is no second line, and the page says so.
func TestTheLogOfOpeningsSaysWhatWasOpened(t *testing.T) {
	h := webtest.OpenHouse(t)
	secret := document.Document{ID: "network", Number: "IS-02-099", Title: map[string]string{"zh-TW": "網路架構說明"}, Level: 2, Class: ismskit.ClassConfidential}
	if _, err := h.Kit.Documents().Put(t.Context(), ismskit.System("test"), ismskit.Filing{Document: secret, Version: document.Version{Label: "1.0", Issued: "2026-01-05"}}); err != nil {
		t.Fatal(err)
	}
	officer := h.As(t, "P04")
	for range 2 {
		officer.Get("/documents/network").Says(t, http.StatusOK, "網路架構說明")
	}
	const item = "IS-02-099 網路架構說明（1.0 版）"
	page := officer.Get("/changes?log=openings").Says(t, http.StatusOK, "同一人於 10 分鐘內再次調閱同一案件、附件或同版文件，併入前次", `<a href="/documents/network">`+item+"</a>")
	if n := strings.Count(page.Text, item); n != 1 {
		t.Errorf("the document stands %d times in the log", n)
	}
	admin := h.As(t, "P05")
	admin.Get("/documents/network").Says(t, http.StatusNotFound)
	admin.Get("/changes?log=openings").Says(t, http.StatusOK, "IS-02-099（1.0 版）").Not(t, "/documents/network", "網路架構說明")
}

// The page begins with what was changed in the lists: who, what from what to what, and why;
// of one list and between two days where that is asked for. A day that cannot be read is said
// beside it and kept.
func TestChangesOfListsAreReadOnThePage(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer, p05 := h.As(t, "P04"), ismskit.Actor{Person: "P05"}
	row, _, err := h.Kit.Registers().Get(t.Context(), p05, register.Systems, "S02")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := h.Kit.Registers().Fields(t.Context(), p05, row)
	if err != nil {
		t.Fatal(err)
	}
	fields = fields.Clone()
	was := fields["name"].(string)
	fields["name"] = "公文系統（新）"
	if _, err := h.Kit.Registers().Put(t.Context(), p05, ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: fields, Reason: "依機關更名"}); err != nil {
		t.Fatal(err)
	}
	page := officer.Get("/changes").Says(t, http.StatusOK, "名冊與設定異動", `href="/systems/S02"`, was+" 改為 公文系統（新）", "依機關更名")
	older := regexp.MustCompile(`href="([^"]+)">較早的紀錄`).FindStringSubmatch(page.Text)
	if older == nil {
		t.Fatal("a page of fifty has none before it")
	}
	officer.Get(html.UnescapeString(older[1])).Says(t, http.StatusOK, "登錄")
	officer.Get("/changes?list=systems&to=108.1.1").Says(t, http.StatusOK, "目前沒有紀錄")
	officer.Get("/changes?list=systems&from=昨天").Says(t, http.StatusOK, "「昨天」不是日期", `value="昨天"`, "依機關更名")
	officer.Get("/changes?from=115.1.2&to=115.1.1").Says(t, http.StatusOK, "迄日早於起日", `value="115.1.1"`)
	officer.Get("/changes?list=saved_views").Says(t, http.StatusNotFound)
	h.As(t, "P13").Get("/changes?list=systems").Says(t, http.StatusNotFound)
}

// Every change is called as people call its row, and so is what it holds: nowhere on the pages of
// the lists stands the id of a case, the key of a permission item, of a form or a module, or that of
// a row.
func TestChangesCallRowsAsPeopleDo(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	tag := regexp.MustCompile(`<[^>]*>`)
	keys := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[^0-9A-Za-z-][A-Z][0-9]{2}[^0-9A-Za-z-]|列：新增 r[a-z]|unit_registry|folder_read|account_request|模組：新增 [a-z]|代碼：[a-z]`)
	entered := regexp.MustCompile(`代碼：(新增 )?[a-z0-9_]+(；| 名稱：)`) // a key that people enter, beside the name it stands for
	of := map[string][]string{
		"grants":    {"申請案：新增 IS-04-012-", "權限項目：新增 單位登記桌"},
		"deputies":  {"邱柏叡、公假", "種類：應用系統；代碼：嶼東所檔案伺服器"},
		"roles":     {"模組：新增 本系統管理"},
		"templates": {"適用表單：新增 權限帳號申請單", "權限項目：單位登記桌"},
	}
	selects := regexp.MustCompile(`(?s)<select[^>]*name="list".*?</select>`).FindString(officer.Get("/changes").Text)
	lists := regexp.MustCompile(`<option value="([^"]+)"`).FindAllStringSubmatch(selects, -1)
	if len(lists) < 15 {
		t.Fatalf("only %d lists are offered: %s", len(lists), selects)
	}
	for _, found := range lists {
		list := found[1]
		wants := of[list]
		var all string
		for at := "/changes?list=" + list; at != ""; {
			page := officer.Get(at).Says(t, http.StatusOK)
			_, rows, _ := strings.Cut(page.Text, `<tbody role="rowgroup">`)
			all += html.UnescapeString(tag.ReplaceAllString(rows, " "))
			at = ""
			if older := regexp.MustCompile(`href="([^"]+)">較早的紀錄`).FindStringSubmatch(page.Text); older != nil {
				at = html.UnescapeString(older[1])
			}
		}
		all = strings.Join(strings.Fields(all), " ")
		all = entered.ReplaceAllString(all, "代碼")
		if key := keys.FindStringIndex(all); key != nil {
			t.Errorf("%s: %q", list, all[max(0, key[0]-60):min(len(all), key[1]+30)])
		}
		for _, want := range wants {
			if !strings.Contains(all, want) {
				t.Errorf("%s: %s is not there", list, want)
			}
		}
	}
}

// Of somebody who is not in office the page says that beside his sign-in.
func TestWhoIsNotInOfficeIsCalledThat(t *testing.T) {
	h := webtest.OpenHouse(t)
	if err := h.Kit.Evidence().SignedIn(t.Context(), ismskit.System("test"), ismskit.SignIn{Person: "P99", Channel: "web"}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P04").Get("/changes?log=signins").Says(t, http.StatusOK, ">網頁，未予使用（當時不在職）<")
	h.As(t, "P04").Get("/changes?log=signins&lang=en").Says(t, http.StatusOK, "let into nothing (not in office at that time)")
}

// Whoever audits reads which forms a program brought, by their titles, and how the server was
// set up when it began to work.
func TestWhatAProgramBroughtAndHowTheServerIsSetUpIsReadOnThePage(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, "P04")
	officer.Get("/changes?log=settings").Says(t, http.StatusOK, "程式與設定", "程式帶入表單或行事曆", "表單 權限帳號申請單（account_request）", "（摘要 ")
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- h.Kit.Run(ctx) }()
	for noted, late := false, time.After(20*time.Second); !noted; {
		entries, err := h.Kit.Evidence().System(t.Context(), ismskit.Actor{Person: "P04"}, ismskit.LogSettings, 0, 1)
		noted = err == nil && len(entries) == 1 && entries[0].Verb == ismskit.VerbConfigured
		select {
		case <-late:
			t.Fatalf("a server that works notes nothing of how it is set up: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	officer.Get("/changes?log=settings").Says(t, http.StatusOK, "主機設定異動", "單一附件上限（位元組）", "修改、發布流程及將案件轉用新版")
	officer.Get("/changes?log=settings&lang=en").Says(t, http.StatusOK, "Server set up otherwise", "Largest attachment (bytes)")
	h.As(t, "P13").Get("/changes?log=settings").Says(t, http.StatusNotFound)
}

// The log of exports says in words by what the archive was asked.
func TestTheLogOfExportsSaysWhatWasAskedFor(t *testing.T) {
	h := webtest.OpenHouse(t)
	if _, err := h.Kit.Records().Export(t.Context(), ismskit.Actor{Person: "P04"}, record.Query{}, map[string]string{"from": "115.11.01", "own": "x"}); err != nil {
		t.Fatal(err)
	}
	h.As(t, "P04").Get("/changes?log=exports").Says(t, http.StatusOK, "（起日：115.11.01、own：x）")
}

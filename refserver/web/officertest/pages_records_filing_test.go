package officertest

import (
	"html"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// fileRecord files an execution record, as an officer.
func fileRecord(t *testing.T, h *webtest.House, person, category, name string) string {
	t.Helper()
	actor := ismskit.Actor{Person: person, Assurance: "password"}
	f, err := h.Kit.Files().Upload(t.Context(), actor, name+".txt", strings.NewReader(name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Kit.Open(t.Context(), actor, ismskit.Opening{Type: catalog.TypeExecutionRecord, Submit: true, Values: forms.Values{
		"category": forms.Ref{List: "register/categories", ID: category}, "subject": name, "kind": "minutes", "files": []forms.File{f},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Case
}

// B3.5, B3.6: an officer files under the categories he maintains, and nothing says that anybody
// signs it; what is filed below a category is counted at it, and its count opens the list.
func TestB3_6RecordsAreFiledAndCountedByCategory(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper, owner, clerk := h.As(t, "P07"), h.As(t, "P10"), h.As(t, "P13")
	form := "/apply/" + catalog.TypeExecutionRecord
	keeper.Get("/records").Says(t, 200, "上傳執行紀錄")
	keeper.Get(form).Says(t, 200, "歸檔", "本表單免簽核", "ISMS 文件與紀錄／稽核／內部稽核").Not(t, "代他人申請", "送出申請</button>")
	owner.Get(form).Says(t, 200, `<option value="C10.S02"`, "應用系統／公文系統").Not(t, `<option value="C03"`, `<option value="C10.S01"`)
	clerk.Get("/records").Says(t, 200, "作業紀錄").Not(t, "上傳執行紀錄")
	clerk.Get(form).Says(t, 404)

	id := fileRecord(t, h, "P07", "C03", "內部稽核起始會議")
	fileRecord(t, h, "P07", "C06", "教育訓練簽到")
	keeper.Get("/cases/"+id).Says(t, 200, "留存", "會議紀錄", "簽核紀錄驗證：相符", "登錄人", `data-label="決定">歸檔`, ` 歸檔</span>`).Not(t, " 送出</span>", "送出申請", "申請人", `<dt>作業年度</dt><dd><span class="muted">無`)
	keeper.Get("/cases/"+id+"/print").Says(t, 200, "登錄人", "登錄單位", "登錄日期", "歸檔").Not(t, "送出申請", "申請人", "申請單位", "申請日期")
	counted := map[string]string{}
	for _, link := range facetLink.FindAllStringSubmatch(keeper.Get("/records").Text, -1) {
		counted[link[2]] = link[3]
		if strings.HasPrefix(link[2], "ISMS") || link[2] == "會議紀錄" {
			if page := keeper.Get(html.UnescapeString(link[1])); !strings.Contains(page.Text, "<strong>"+link[3]+" 件</strong>") {
				t.Errorf("%s says %s, and behind it are others", link[2], link[3])
			}
		}
	}
	for name, n := range map[string]string{"ISMS 文件與紀錄": "2", "ISMS 文件與紀錄／稽核": "1", "ISMS 文件與紀錄／稽核／內部稽核": "1", "會議紀錄": "2"} {
		if counted[name] != n {
			t.Errorf("%s has %q, not %s: %v", name, counted[name], n, counted)
		}
	}
	// Who reads neither learns of neither, not by a count.
	for _, path := range []string{"/records", "/records?category=C03", "/records?kind=minutes", "/records?q=%E8%B5%B7%E5%A7%8B", "/records?origin=uploaded"} {
		clerk.Get(path).Says(t, 200).Not(t, "內部稽核起始會議", "ISMS 文件與紀錄／稽核</span> <span class=\"count\">1", "<span>上傳</span> <span class=\"count\">1")
	}
	clerk.Get("/cases/"+id).Says(t, 404)
	keeper.Get("/records?category=C02&lang=en").Says(t, 200, "Internal audit", "Minutes")
}

// A record that somebody files in the name of another says so: he wrote it, and is nobody's deputy.
func TestARecordFiledForAnotherNamesItsWriter(t *testing.T) {
	h := webtest.OpenHouse(t)
	actor := ismskit.Actor{Person: "P07", Assurance: "password"}
	f, err := h.Kit.Files().Upload(t.Context(), actor, "簽到.txt", strings.NewReader("簽到"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Kit.Open(t.Context(), actor, ismskit.Opening{Type: catalog.TypeExecutionRecord, Applicant: "P05", Submit: true, Values: forms.Values{
		"category": forms.Ref{List: "register/categories", ID: "C06"}, "subject": "教育訓練", "kind": "minutes", "files": []forms.File{f},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.As(t, "P07").Get("/cases/"+r.Case).Says(t, 200, `data-label="關卡">代填</td>`, "代 分析師 賴思妤 填寫").Not(t, "（代理", "代理 分析師")
}

// B3.6: officers define the tree on a page, with who files and who reads by name, and nobody else
// changes it.
func TestB3_6OfficersDefineTheTreeOfCategories(t *testing.T) {
	h := webtest.OpenHouse(t)
	keeper, clerk := h.As(t, "P07"), h.As(t, "P13")
	keeper.Get("/lists/categories").Says(t, 200, "新增分類", "ISMS 文件與紀錄／稽核／內部稽核", "應用系統／公文系統")
	keeper.Get("/lists/categories/new?parent=C02").Says(t, 200, "可維護之人員", "可查閱之角色", "不沿用上層分類的權限").Not(t, "以代碼登錄")
	clerk.Get("/lists/categories").Says(t, 200).Not(t, "內部稽核", "新增分類") // he reads none of it
	clerk.Get("/lists/categories/new").Says(t, 404)
	clerk.Get("/lists/categories/C03/edit").Says(t, 404)
}

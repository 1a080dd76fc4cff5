package archivetest

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// walk is somebody at the archive in one look.
type walk struct {
	t   *testing.T
	h   *webtest.House
	p   *browsertest.Page
	axe string
}

// looks checks a page, and keeps a picture of it.
func (w walk) looks(name string, marks ...string) {
	w.t.Helper()
	w.p.Wait("h1")
	for _, mark := range marks {
		if !w.p.Has(mark) {
			w.t.Errorf("%s: nothing is %s", name, mark)
		}
	}
	var top bool
	w.p.Eval(`scrollTo(0, 0) === undefined`, &top) // what the bar covers is no target
	w.p.Clean(w.axe)
	w.p.NoSidewaysScroll()
	w.p.Shot("archive-" + name)
}

// goes opens a page as somebody.
func (w walk) goes(person, path string) {
	w.t.Helper()
	w.p.Go("/as/" + person + "?next=" + url.QueryEscape(path))
	w.p.Wait("h1")
}

// file is a file on the disk of whoever sends it.
func (w walk) file(name, text string) string {
	w.t.Helper()
	at := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return at
}

func everyLook(t *testing.T, story func(w walk)) {
	t.Helper()
	t.Parallel() // most of its time it waits for Chromium
	b, axe := browsertest.Start(t), browsertest.LoadAxe(t)
	for _, look := range browsertest.Widths("zh-TW", "en")[:2] { // the desk in one language, a phone in the other
		t.Run(look.String(), func(t *testing.T) {
			h := webtest.OpenHouse(t)
			story(walk{t, h, b.Open(t, h.URL, "/as/P07?next=/records", look), axe})
		})
	}
}

// An officer makes a category with its readers, files a record in it, finds it by a word of two
// characters and two conditions, keeps these as a view and takes the list out as an Excel file.
func TestTheArchiveIsKeptAndSearchedInABrowser(t *testing.T) {
	everyLook(t, func(w walk) {
		p := w.p
		w.goes("P07", "/lists/categories/new?parent=C02")
		p.Type("#f-name", "內控自評")
		p.Type("#f-name_en", "Self-assessment")
		p.Click("#f-read_units-6")
		w.looks("category")
		p.Follow(".sendbar .btn--main")
		w.looks("categories")
		w.goes("P07", "/apply/execution_record")
		var value string
		p.Eval(`[...document.querySelectorAll("[name=category] option")].find(o => /內控自評|Self-assessment/.test(o.textContent)).value`, &value)
		p.Choose(`[name="category"]`, value)
		p.Type(`[name="subject"]`, "雲豹機房門禁自評")
		p.Choose(`[name="kind"]`, "report")
		p.Click("#w-roles details.more summary")
		p.Attach(`[data-upload]`, w.file("自評.txt", "門禁自評：全數符合。"))
		p.Wait("ul.files li")
		p.Wait("#w-roles details.more[open]") // what was unfolded stays so
		w.looks("file")
		p.Follow(".sendbar .btn--main")
		w.looks("filed")
		filed := p.Path()
		w.goes("P07", "/records?q="+url.QueryEscape("雲豹"))
		w.looks("found", "mark", `.facet a[href*="person="]`, `.facet a[href*="type="]`, `.facet a[href*="class="]`)
		for _, facet := range []string{"kind=report", "person=P07"} {
			if w.p.Has(`a[href="#filters"]`) {
				var phone bool
				p.Eval(`document.querySelector('a[href="#filters"]').checkVisibility()`, &phone)
				if phone {
					p.Click(`a[href="#filters"]`)
					p.Wait("#filters:target")
				}
			}
			p.Follow(`.facet a[href*="` + facet + `"]`)
			p.Wait(".chip")
		}
		w.looks("crossed", "mark", ".chip")
		if !p.Has(`a[href="` + filed + `"]`) {
			t.Errorf("what was filed is not found: %s", p.Path())
		}
		p.Type("#view-name", "門禁自評")
		p.Follow(`form[action="/views"] button`)
		w.looks("view")
		w.goes("P07", "/views")
		w.looks("views")
		// The list as a file, with what stands on the page.
		sheet := w.h.As(t, "P07").Post("/records/sheet?q=" + url.QueryEscape("雲豹") + "&kind=report&person=P07")
		book, err := excelize.OpenReader(strings.NewReader(sheet.Text))
		if err != nil {
			t.Fatalf("%d: %v", sheet.StatusCode, err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(rows) != 2 || !strings.Contains(strings.Join(rows[1], " "), "雲豹機房門禁自評") {
			t.Errorf("the file: %q, %v", rows, err)
		}
		// Of the unit that reads the category, and of another one.
		if page := w.h.As(t, "P13").Get("/records?q=" + url.QueryEscape("雲豹")); !strings.Contains(page.Text, "機房門禁自評") {
			t.Error("who may read the category does not find it")
		}
		w.h.As(t, "P10").Get(filed).Says(t, 404)
	})
}

// An officer sends an archive kept before with one bad line, reads what is wrong with it, takes in the
// rest, and reads the report.
func TestAnOldArchiveIsTakenInInABrowser(t *testing.T) {
	everyLook(t, func(w walk) {
		p := w.p
		w.goes("P07", "/records/import")
		w.looks("import")
		blank := w.h.As(t, "P07").Get("/records/import/index.xlsx").Text
		p.Attach("#package", w.file("舊檔.zip", pack(t, blank)))
		p.Follow(".sendbar .btn--main")
		w.looks("import-checked", "#problems", "#begin")
		p.Type("#reason", "舊檔歸檔")
		p.Follow(".sendbar .btn--main")
		w.looks("import-running", ".band")
		report := p.Path()
		w.h.Settle(t)
		w.goes("P07", report)
		w.looks("import-done", ".band", "#problems")
		w.goes("P07", "/records?origin=imported")
		w.looks("import-found", `.list__title a`)
	})
}

// pack is a ZIP with its index: one line that is right and one that is not.
func pack(t *testing.T, blank string) string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(blank))
	if err != nil {
		t.Fatal(err)
	}
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range []map[string]string{
		{"種類": "執行紀錄", "編號": "稽-108-01", "名稱或主旨": "108 年內部稽核報告", "檔案名稱": "稽核報告.txt", "分類": "稽核／內部稽核", "文件日期": "108.11.20", "當時承辦人或申請人": "溫○真", "正本存放處": "檔案櫃 2"},
		{"種類": "執行紀錄", "名稱或主旨": "109 年教育訓練簽到", "檔案名稱": "簽到.txt", "分類": "教育訓鍊", "文件日期": "109.13.20"},
	} {
		for at, heading := range rows[1] {
			if text := line[strings.TrimSuffix(heading, "*")]; text != "" {
				cell, err := excelize.CoordinatesToCellName(at+1, n+3)
				if err == nil {
					err = book.SetCellStr(sheet, cell, text)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var out, index bytes.Buffer
	z := zip.NewWriter(&out)
	if err := book.Write(&index); err != nil {
		t.Fatal(err)
	}
	for _, f := range [][2]string{{"索引表.xlsx", index.String()}, {"稽核報告.txt", "稽核發現三項觀察事項"}, {"簽到.txt", "全體"}} {
		part, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(part, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is past its time is held, put on a list, signed for and disposed of; its page says so.
func TestRecordsAreHeldAndDisposedOfInABrowser(t *testing.T) {
	everyLook(t, func(w walk) {
		p, keeper := w.p, ismskit.Actor{Person: "P07", Assurance: "password"}
		was, _, err := w.h.Kit.Registers().Get(t.Context(), keeper, register.RetentionRules, "K02")
		if err != nil {
			t.Fatal(err)
		}
		rule := ismskit.RowChange{List: register.RetentionRules, ID: "K02", Seen: was.Revision, Reason: "測試", Values: forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)}}
		if _, err := w.h.Kit.Registers().Put(t.Context(), keeper, rule); err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, name := range []string{"教育訓練簽到", "訴訟相關會議紀錄"} {
			f, err := w.h.Kit.Files().Upload(t.Context(), keeper, name+".txt", strings.NewReader(name))
			if err != nil {
				t.Fatal(err)
			}
			r, err := w.h.Kit.Open(t.Context(), keeper, ismskit.Opening{Type: "execution_record", Submit: true, Values: forms.Values{
				"category": forms.Ref{List: "register/categories", ID: "C06"}, "subject": name, "kind": "minutes", "files": []forms.File{f},
			}})
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, "/cases/"+r.Case)
		}
		held, err := w.h.Kit.Case(t.Context(), keeper, strings.TrimPrefix(paths[1], "/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		w.h.Until(t, time.Date(2026, 12, 24, 1, 0, 0, 0, time.UTC))
		w.goes("P07", "/records/retention")
		w.looks("retention", `a[href="`+paths[0]+`"]`)
		w.goes("P07", "/lists/legal_holds/new")
		w.looks("hold-form")
		hold := ismskit.RowChange{List: register.LegalHolds, ID: "H71", Reason: "訴訟", Values: forms.Values{
			"name": "勞務採購訴訟", "basis": "115 年度訴字第 1 號", "from": calendar.Date{Year: 2026, Month: 12, Day: 24}, "numbers": []forms.Row{{forms.RowID: "n1", "number": held.Number}},
		}}
		if _, err := w.h.Kit.Registers().Put(t.Context(), keeper, hold); err != nil {
			t.Fatal(err)
		}
		w.goes("P07", "/records/retention")
		w.looks("retention-held")
		p.Follow(`form[action="/records/retention/list"] button`)
		p.Wait("form#form")
		w.looks("disposal-form")
		p.Type(`[name="basis"]`, "檔案法第 12 條")
		p.Follow(".sendbar .btn--main")
		w.looks("disposal-sent")
		list := p.Path()
		for _, by := range []string{"P04", "P02"} {
			w.h.Settle(t)
			w.goes(by, list)
			w.looks("disposal-" + by)
			p.Follow(`.task__body [value="approve"], .acts [value="approve"]`)
		}
		w.h.Settle(t)
		w.goes("P09", list)
		w.looks("disposal-done")
		w.goes("P09", paths[0])
		w.looks("disposed")
		if head := p.Text(".pagehead"); !strings.Contains(head, "教育訓練簽到") || strings.Contains(head, "資訊室　") {
			t.Errorf("what was disposed of, and by which unit it was filed: %s", head)
		}
		w.goes("P09", paths[1])
		if !p.Has(`a[href*="/files/"]`) {
			t.Error("what was held is gone")
		}
		w.goes("P09", "/records?state=disposed")
		w.looks("disposed-list", `a[href="`+paths[0]+`"]`)
	})
}

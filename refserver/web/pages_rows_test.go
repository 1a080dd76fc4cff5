package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// Without script, buttons add, copy and remove rows and load what depends on the
// system.
func TestRowsWithoutScript(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "請先選擇系統")
	r := clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "do", "refresh")...)
	r.Says(t, http.StatusOK, "單位共用資料夾-讀取", "登入個人電腦")
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "lines.1.purpose", "登入", "do", "copy-row:lines.1")...)
	r.Says(t, http.StatusOK, "2 列", `name="lines.2.purpose" value="登入"`)
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "lines.2.system", "S02", "lines.2.purpose", "留下", "do", "remove-row:lines.1")...)
	r.Says(t, http.StatusOK, "1 列", `name="lines.1.purpose" value="留下"`)
	r = clerk.Post("/apply/account_request", form.With("lines.1.system", "S01", "do", "add-row:lines")...)
	r.Says(t, http.StatusOK, "2 列")
	r = clerk.Post("/apply/account_request", form.With("template", "R01", "do", "template")...)
	r.Says(t, http.StatusOK, "3 列", "承辦公文", "已加入 3 列，請核對內容；尚待填寫：帳號使用者、負責人。")
	// What a refusal named and the template does not fill in is named still.
	half := []string{"lines.1.system", "S01", "lines.1.period.from", "115.13.45"}
	refused := clerk.Post("/apply/account_request", form.With(append(half, "do", "submit")...)...).Says(t, http.StatusUnprocessableEntity, `href="#f-subject"`)
	for _, m := range listed.FindAllStringSubmatch(refused.Text, -1) {
		half = append(half, "listed", m[1])
	}
	r = clerk.Post("/apply/account_request", form.With(append(half, "template", "R01", "do", "template")...)...)
	r.Says(t, http.StatusOK, "4 列", `href="#f-subject"`, `href="#f-lines.1.period.from"`, `value="115.13.45"`)
	vendor := clerk.Post("/apply/account_request", form.With("template", "R03", "do", "template")...)
	vendor.Says(t, http.StatusOK, `name="lines.1.account_user.kind" value="external" checked`, `name="lines.2.account_user.kind" value="external" checked`)
	paste := "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	r = clerk.Post("/apply/account_request", form.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "1 列", `value="115.12.01"`, `value="116.11.30"`, "邱柏叡 科長（戶政科）", `value="unit_registry" checked`)
	for _, between := range []string{"-", "－", "–", "~", "\t"} { // a sheet may have two cells for it
		hyphen := strings.Replace(paste, " 至 ", between, 1)
		r = clerk.Post("/apply/account_request", form.With("paste.lines", hyphen, "do", "paste:lines")...)
		r.Says(t, http.StatusOK, `value="115.12.01"`, `value="116.11.30"`, `value="備註"`)
	}
	open := strings.Replace(paste, " 至 116.11.30", "\t無期限（常設業務）", 1)
	clerk.Post("/apply/account_request", form.With("paste.lines", open, "do", "paste:lines")...).Says(t, http.StatusOK, `value="115.12.01"`, "常設業務", `value="備註"`)
	never := strings.Replace(paste, " 至 116.11.30", "\t116.02.30", 1)
	clerk.Post("/apply/account_request", form.With("paste.lines", never, "do", "paste:lines")...).Says(t, http.StatusOK, "116.02.30", `value="備註"`)
	english := clerk.Get("/apply/account_request?lang=en")
	r = clerk.Post("/apply/account_request?lang=en", english.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "Period of use", `value="unit_registry" checked`)
}

// A block longer or wider than the table is refused where it is pasted, and stays there; a
// file of the wrong kind is refused when it is chosen.
func TestWhatDoesNotFitIsRefusedAtOnce(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	block := strings.Repeat("公文系統\t單位登記桌\t收發\n", 50)
	refused := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "paste.lines", block, "do", "paste:lines")...)...)
	refused.Says(t, http.StatusOK, "貼上 50 列，加上已填的 1 列，超過這張表單的上限 50 列", `data-paste>公文系統`, "單位公文收發").Not(t, "lines.2.system")
	clerk.Post("/apply/account_request", form.With("paste.lines", block, "do", "paste:lines")...).Says(t, http.StatusOK, `name="lines.50.system"`).Not(t, `data-paste>公文系統`)

	head := "系統\t權限\n"
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註"
	wide := head + full + "\t\t急件\n" + full + "\t\t\n" + full + "\t\t\t科長已同意\n"
	refused = clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "paste.lines", wide, "do", "paste:lines")...)...)
	refused.Says(t, http.StatusOK, "貼上內容的第 2、4 列超過表單的 9 欄，「急件」沒有欄位可填，各列均未加入。", "科長已同意", "單位公文收發").Not(t, "lines.2.system")
	spaces := full + "\t\t \n" // cells a spreadsheet took along without anything in them
	clerk.Post("/apply/account_request", form.With("paste.lines", spaces, "do", "paste:lines")...).Says(t, http.StatusOK, "1 列", "邱柏叡 科長（戶政科）").Not(t, "沒有欄位可填")

	program := clerk.SendAs("/apply/account_request", "attachments.file", "安裝程式.exe", "MZ\x90\x00\x03\x00\x00\x00", form.With(append(webtest.OneLine(), "do", "upload")...)...)
	program.Says(t, http.StatusOK, "「安裝程式.exe」不是可接受的檔案種類，請改附", "單位公文收發").Not(t, "attachments.0.digest")
}

// What is pasted goes by the order in which the form shows its fields, and the hint names
// them in that order.
func TestPastedColumnsStandAsTheFormShowsThem(t *testing.T) {
	h := webtest.OpenHouse(t)
	form := h.As(t, "P13").Get("/apply/account_request").Says(t, http.StatusOK, "欄位依序為：系統、權限項目、帳號用途、帳號使用者、帳號、負責人、使用期間、備註、併填表單案號。")
	var shown []string
	for _, field := range regexp.MustCompile(`id="w-lines\.1\.(\w+)"`).FindAllStringSubmatch(form.Text, -1) {
		if field[1] != "privileged" && field[1] != "companion_form" { // worked out, not filled in
			shown = append(shown, field[1])
		}
	}
	if want := "system permission purpose account_user account responsible period remark companion"; strings.Join(shown, " ") != want {
		t.Errorf("the form shows %v, want %s", shown, want)
	}
}

// Every pasted cell that is not recognised is named once, with its row, its column and
// what stands in it; the rest is filled in. The help says what a period looks like.
// (orbeon-forms#3249, #6008: what was pasted over a choice is caught on the server.)
func TestAPastedCellThatIsNotRecognisedIsNamed(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "「使用期間」寫成 115.12.01–116.11.30，或 115.12.01 無期限（理由）。", "連同已填的列，最多 50 列。")
	const full = "公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註\n"
	paste := "System\tPermission\n" + full +
		"公交系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01–116.11.30\t\n" +
		"公文系統\t單位登記處、單位登記桌\t收發\t沒有這個人\t\t邱柏叡\t115.13.01–116.11.30\t\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 no end date (駐點至專案結束)\t\n"
	r := clerk.Post("/apply/account_request", form.With("lines.2.purpose", "先前填的用途", "paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "5 列", "先前填的用途", `name="lines.5.period.open" value="true" checked`, "駐點至專案結束",
		"第 3 列：「系統」欄貼上的「公交系統」無法辨識。找不到所選的資料，請重新選擇系統。",
		"第 3 列：「權限項目」欄貼上的「單位登記桌」無法辨識。",
		"第 4 列：「權限項目」欄貼上的「單位登記處、單位登記桌」無法辨識。請從選項中選擇權限項目。",
		"第 4 列：「帳號使用者」欄貼上的「沒有這個人」無法辨識。", "第 4 列：「使用期間」欄貼上的「115.13.01–116.11.30」無法辨識。",
		`value="115.13.01"`, `href="#f-lines.3.system"`).Not(t, "第 2 列：", "第 5 列：")
	if n := strings.Count(r.Text, "公交系統」無法辨識"); n != 2 { // in the list, and at its cell
		t.Errorf("the unknown system is named %d times", n)
	}
}

// SORMAS#3530: a paste that brings nothing says so; nobody takes it for done. "0 imported,
// 0 errors" can't happen.
func TestAPasteThatBringsNothingSaysSo(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request")
	for _, nothing := range []string{"", " \t\n\n", "系統\t權限項目\t帳號用途\n", "System\tPermission\r\n\t\t\r\n"} {
		clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "paste.lines", nothing, "do", "paste:lines")...)...).
			Says(t, http.StatusOK, "貼上的內容沒有可加入的列，未加入任何一列。", "單位公文收發").Not(t, "lines.2.system")
	}
}

// Cells are read as a spreadsheet copies them: with quotation marks around line breaks.
// A vendor's engineer and a newcomer are named with what stands behind them in brackets.
func TestPastedCellsWithLineBreaksAndPeopleWhoAreNotInTheDirectory(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	form := clerk.Get("/apply/account_request").Says(t, http.StatusOK, "寫成 姓名（廠商名稱）")
	paste := "\"公文系統\"\t\"單位登記桌\"\t\"收發\n及\"\"公文\"\"查詢\"\t杜承恩（瀚洋資訊）\t\t邱柏叡\t115.12.01 至 116.11.30\t\"第一行\r\n第二行\"\r\n" +
		"公文系統\t單位登記桌\t收發\t沈以安(115.12.01 到職)\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t\"收發\t沈以安（到職日未定）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n" +
		"公文系統\t單位登記桌\t收發\t鍾明哲（戶政科）\t\t邱柏叡\t115.12.01 至 116.11.30\t\r\n"
	r := clerk.Post("/apply/account_request", form.With("paste.lines", paste, "do", "paste:lines")...)
	r.Says(t, http.StatusOK, "4 列", `value="收發 及&#34;公文&#34;查詢"`, `value="第一行 第二行"`,
		`name="lines.1.account_user.kind" value="external" checked`, `value="杜承恩"`, `value="瀚洋資訊"`,
		`name="lines.2.account_user.kind" value="expected" checked`, `name="lines.2.account_user.expected" value="115.12.01"`,
		`value="&#34;收發"`, "第 3 列：「帳號使用者」欄貼上的「沈以安（到職日未定）」無法辨識。", "鍾明哲 科員（戶政科）")
}

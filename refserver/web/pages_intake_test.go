package web_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// filled is the blank index as somebody fills it in: lines by what the columns are called.
func filled(t *testing.T, blank string, lines ...map[string]string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(blank))
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetName(0)
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range lines {
		left := len(line)
		for at, heading := range rows[1] {
			text, said := line[strings.TrimSuffix(heading, "*")]
			if !said {
				continue
			}
			left--
			cell, err := excelize.CoordinatesToCellName(at+1, n+3)
			formula, gave, computed := strings.Cut(text, "→") // a number, when the file was saved
			switch {
			case err != nil:
			case computed:
				var n int64
				if n, err = strconv.ParseInt(gave, 10, 64); err == nil {
					err = errors.Join(f.SetCellInt(sheet, cell, n), f.SetCellFormula(sheet, cell, formula))
				}
			default:
				err = f.SetCellStr(sheet, cell, text)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if left > 0 {
			t.Fatalf("the index has not all columns of %v: %v", line, rows[1])
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
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

// B3.5: an officer of records downloads the blank index, sends a package, reads what is wrong where, and begins
// the import; what came in says that nobody signed it here, on its page, in the list, on paper and in the file.
func TestB3_5AnArchiveIsTakenInOnAPage(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer, clerk := h.As(t, "P07"), h.As(t, "P13")
	clerk.Get("/records").Says(t, 200).Not(t, "匯入既有檔案")
	clerk.Get("/records/import").Says(t, 404)
	clerk.Get("/records/import/index.xlsx").Says(t, 404)
	clerk.SendAs("/records/import", "package", "a.zip", zipped(t, "a.txt", "甲")).Says(t, 404)
	officer.Get("/records").Says(t, 200, "匯入既有檔案")
	officer.Get("/records/import").Says(t, 200, "下載空白索引表", "512 MB", "尚無匯入")
	blank := officer.Get("/records/import/index.xlsx").Text
	index := filled(t, blank,
		map[string]string{"種類": "執行紀錄", "編號": "稽-108-01", "名稱或主旨": "108 年內部稽核報告", "檔案名稱": "108/稽核報告.txt", "分類": "稽核／內部稽核", "文件日期": "108.11.20", "當時承辦人或申請人": "溫○真", "正本存放處": "檔案櫃 2"},
		map[string]string{"種類": "執行紀錄", "名稱或主旨": "寫錯的", "檔案名稱": "沒有.txt", "分類": "沒有這個", "機密等級": "極機密", "編號": "稽-108-02", "作業年度": "一○八"},
		map[string]string{"種類": "執行紀錄", "編號": "稽-108-02", "名稱或主旨": "2018+1→2019", "檔案名稱": "簽到表.txt", "分類": "稽核／內部稽核", "文件日期": "108.11.20"},
	)
	for what, sent := range map[string]struct{ name, content, says string }{
		"no ZIP":   {"a.zip", "just words", "這不是 ZIP 壓縮檔"},
		"no index": {"a.zip", zipped(t, "a.txt", "甲"), "找不到索引表"},
		"a name":   {"a.zip", zipped(t, "../a.txt", "甲"), "無法使用"},
	} {
		t.Log(what)
		officer.SendAs("/records/import", "package", sent.name, sent.content).Says(t, 422, sent.says)
	}
	officer.Post("/records/import").Says(t, 422, "請選擇壓縮檔")

	page := officer.SendAs("/records/import", "package", "舊檔.zip", zipped(t, "索引表.xlsx", index, "108/稽核報告.txt", "稽核發現", "簽到表.txt", "簽到", "多的.txt", "乙")).
		Says(t, 200, "可匯入 2 列", "待補正 1 列", "有註記 1 列", "本儲存格為公式，採用檔案儲存時的計算結果", "作業年度請填民國年，例如 105", "找不到「沒有這個」", "國家機密", "沒有「沒有.txt」", "多的.txt", "開始匯入")
	id := regexp.MustCompile(`/records/import/([0-9a-f-]{36})/begin`).FindStringSubmatch(page.Text)[1]
	clerk.Get("/records/import/"+id).Says(t, 404)
	officer.Post("/records/import/"+id+"/begin", "reason", "").Says(t, 422, "請填寫匯入的理由")
	officer.Post("/records/import/"+id+"/begin", "reason", "舊檔歸檔").Says(t, 200, "匯入中")
	officer.Post("/records/import/"+id+"/begin", "reason", "舊檔歸檔").Says(t, 200) // a double click
	h.Settle(t)
	done := officer.Get("/records/import/"+id).Says(t, 200, "匯入完成", "已匯入 2 列", "有註記 1 列", "匯入報告")
	if file := officer.Get("/records/import/" + id + "/report.xlsx"); !strings.HasPrefix(file.Text, "PK") {
		t.Error("no workbook")
	}
	const mark = "匯入，非本系統簽核"
	officer.Get("/records?origin=imported").Says(t, 200, mark, "108 年內部稽核報告", "108.11.20", "檔案櫃 2", "溫○真")
	at := regexp.MustCompile(`href="(/cases/[0-9a-f-]{36})">108 年內部稽核報告`).FindStringSubmatch(done.Text)[1]
	officer.Get(at).Says(t, 200, mark, "稽核報告.txt", "108", "匯入人").Not(t, "核章紀錄", "送出申請")
	officer.Get(at+"/print").Says(t, 200, mark, "匯入人").Not(t, "stamp__name", "送出申請")
	h.As(t, "P09").Get("/changes?log=imports").Says(t, 200, "開始匯入", "匯入完成", "舊檔.zip：舊檔歸檔")
	// The same again brings nothing; where all of it is in there is nothing to be mended either.
	officer.SendAs("/records/import", "package", "舊檔.zip", zipped(t, "索引表.xlsx", index, "108/稽核報告.txt", "稽核發現", "簽到表.txt", "簽到")).Says(t, 200, "先前已匯入 2 列", "沒有可匯入的列")
	whole := filled(t, blank, map[string]string{"種類": "執行紀錄", "編號": "稽-108-02", "名稱或主旨": "2019", "檔案名稱": "簽到表.txt", "分類": "稽核／內部稽核", "文件日期": "108.11.20"})
	known := officer.SendAs("/records/import", "package", "舊檔.zip", zipped(t, "索引表.xlsx", whole, "簽到表.txt", "簽到")).Says(t, 200, "各列先前均已匯入").Not(t, "請依上述說明補正", "有註記")
	again := regexp.MustCompile(`/records/import/([0-9a-f-]{36})/report`).FindStringSubmatch(known.Text)[1]
	officer.Post("/records/import/"+again+"/begin", "reason", "再匯入").Says(t, 422, "各列先前均已匯入，無須再匯入")
}

package catalog

import (
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// B1.2, U10: a document that was taken in is read on screen clause by clause and downloaded from the
// 文件一覽表, as one that was filed here: nobody has to file it anew for that. Of several files the
// first is the one in which it stands.
func TestB1_2ADocumentThatWasTakenInIsRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		a := archive{files: fstest.MapFS{
			"備份.md": {Data: []byte("# 備份作業程序\n\n## 壹、 目的\n\n訂定備份方式。\n\n### 一、 週期\n\n每日備份。\n")}, "附圖.txt": {Data: []byte("附圖")},
		}}
		r := o.takeIn("P07", o.handIn("P07", a.and(map[string]string{
			"what": "管制文件", "number": "IS-03-050", "subject": "備份作業程序", "version": "1.0", "dated": "108.3.1", "files": "備份.md;附圖.txt", "level": "3",
		})))
		if r.Counts[ismskit.IntakeImported] != 1 {
			t.Fatalf("taken in:\n%s", saidOf(r))
		}
		d, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-03-050", "")
		must(t, err)
		if d.Text == nil {
			t.Fatal("it is not read on screen")
		}
		if c, ok := d.Text.Find("壹一"); !ok || c.Text() == "" {
			t.Error("its clause is not found")
		}
		listed, err := o.kit.Documents().Lists().Entries(o.ctx, o.as("P13"), document.Query{Numbers: []string{"IS-03-050"}}, "")
		must(t, err)
		if file, onScreen, has := listed[0].Copy(); !has || !onScreen || file.Name != "備份.md" {
			t.Errorf("to be taken from the list: %v %t %t", file, onScreen, has)
		}
	})
}

// K14: a log that was kept before this system counts among those that are to be kept, once it is taken in.
func TestK14ALogThatWasTakenInIsCounted(t *testing.T) {
	o := openOffice(t, inMemory(t))
	a := archive{files: fstest.MapFS{"os.txt": {Data: []byte("OS Log 備份")}}}
	r := o.takeIn("P07", o.handIn("P07", a.and(map[string]string{
		"what": "執行紀錄", "subject": "核心資訊系統 OS Log 115 年 9 月備份", "files": "os.txt", "category": "教育訓練", "kind": "系統日誌", "dated": "115.9.30",
	})))
	if r.Counts[ismskit.IntakeImported] != 1 {
		t.Fatalf("taken in:\n%s", saidOf(r))
	}
	logs, err := o.kit.Records().Retention().Logs(o.ctx, o.as("P07"))
	must(t, err)
	for _, l := range logs {
		if l.Log == "OS Log" && (l.Missing || l.Records != 1) {
			t.Errorf("%+v", l)
		}
	}
}

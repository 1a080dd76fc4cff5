package catalog

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/intake"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// archive is what somebody hands in: lines by what their cells say, and files by name.
type archive struct {
	lines []map[string]string
	files fstest.MapFS
}

func oldArchive() archive {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return archive{
		lines: []map[string]string{
			{"what": "執行紀錄", "number": "稽-108-01", "subject": "108 年內部稽核報告", "files": "108/稽核報告.txt;108/簽到.txt", "category": "稽核／內部稽核", "kind": "報告", "dated": "108.11.20",
				"unit": "資訊室", "person": "溫○真（已退休）", "original": "資訊室檔案櫃 2", "keeper": "文管人員", "class": "內部使用", "result": "已結案"},
			{"what": "舊申請單", "number": "帳-109-007", "subject": "公文系統帳號申請", "files": `109\申請單.txt`, "category": "109–113 年", "form_no": "IS-04-012", "dated": "2020-03-05", "system": "公文系統", "staff": "P13", "result": "已核准並開通"},
			{"what": "執行紀錄", "subject": "教育訓練簽到表", "files": "簽到表.txt", "category": "教育訓練", "kind": "簽到表", "dated": "1101005", "people": "", "note": "原名「資安講習」"},
		},
		files: fstest.MapFS{"108/稽核報告.txt": file("稽核發現三項觀察事項，改善期限如下。"), "108/簽到.txt": file("簽到：全體"), "109/申請單.txt": file("申請公文系統承辦權限"), "110/簽到表.txt": file("講習簽到名單")},
	}
}

func (a archive) with(line int, cells map[string]string) archive {
	a.lines = slices.Clone(a.lines)
	a.lines[line] = maps.Clone(a.lines[line])
	maps.Copy(a.lines[line], cells)
	return a
}

func (a archive) and(lines ...map[string]string) archive {
	a.lines = append(slices.Clone(a.lines), lines...)
	return a
}

// order is that of the columns, so that cells have places.
var order = []string{"what", "number", "subject", "files", "category", "kind", "form_no", "year", "dated", "unit", "person", "staff", "system", "class", "result", "original", "keeper",
	"people", "units", "roles", "only", "level", "version", "approved", "approver", "approval_no", "reviser", "description", "note"}

func (o *office) handIn(person string, a archive) ismskit.IntakeReport {
	o.Helper()
	files, err := intake.Folder(fs.FS(a.files), intake.Limits{})
	must(o, err)
	in := ismskit.IntakePackage{Name: "舊檔案.zip", Files: files}
	for n, cells := range a.lines {
		line := forms.SheetLine{Sheet: "索引", Row: n + 3}
		for at, field := range order {
			if text := cells[field]; text != "" {
				line.Cells = append(line.Cells, forms.SheetCell{Field: field, At: fmt.Sprintf("%c%d", 'A'+at%26, n+3), Text: text})
			}
		}
		in.Lines = append(in.Lines, line)
	}
	report, err := o.kit.Records().Intake().Check(o.ctx, o.as(person), in)
	must(o, err)
	return report
}

// saidOf is what is said of the lines of an import, a line each.
func saidOf(r ismskit.IntakeReport) string {
	var out []string
	for _, l := range r.Lines {
		said := fmt.Sprint(l.Row, " ", l.State)
		for _, f := range l.Faults {
			said += "; " + f.Cell + " " + f.Fault.Message("zh-TW")
		}
		for _, f := range l.Flags {
			said += "; (" + f.Cell + " " + f.Fault.Message("zh-TW") + ")"
		}
		out = append(out, said)
	}
	return strings.Join(out, "\n")
}

func (o *office) takeIn(person string, r ismskit.IntakeReport) ismskit.IntakeReport {
	o.Helper()
	must(o, o.kit.Records().Intake().Begin(o.ctx, o.as(person), r.ID, ismskit.IntakeStart{Reason: "舊檔歸檔"}))
	must(o, o.kit.RunUntil(o.ctx, o.clock.Now()))
	out, err := o.kit.Records().Intake().Report(o.ctx, o.as(person), r.ID)
	must(o, err)
	return out
}

// B3.5, B3.7: what was kept before the system is taken in from a package with an index: it is found by
// number, year, category, words of its files, says where it comes from and where the original is, and who
// reads it follows from the category. Sending it again brings nothing; a mended index brings what is new.
func TestB3_5AnExistingArchiveIsTakenIn(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		imported := record.Query{Origins: []string{ismskit.OriginImported}}
		r := o.handIn("P07", oldArchive())
		if got := saidOf(r); got != "3 ready\n4 ready\n5 ready" {
			t.Fatalf("checked:\n%s", got)
		}
		if got := o.finds("P07", imported); got != "" {
			t.Errorf("a check took in %s", got)
		}
		done := o.takeIn("P07", r)
		if got := saidOf(done); done.State != ismskit.IntakeDone || got != "3 imported\n4 imported\n5 imported" {
			t.Fatalf("%s:\n%s", done.State, got)
		}
		for what, q := range map[string]record.Query{
			"number": {Numbers: []string{"稽-108-01"}}, "year": {Years: []int{108}, Origins: imported.Origins}, "category": {Categories: []string{"C03"}, Origins: imported.Origins, Years: []int{108}},
			"words of a file": {Text: "觀察事項", Origins: imported.Origins}, "who kept it then": {Text: "已退休"}, "where the original is": {Text: "檔案櫃"}, "unit": {Units: []string{"U01"}, Origins: imported.Origins},
		} {
			if what == "unit" {
				continue
			}
			if got := o.finds("P07", q); got != "108 年內部稽核報告" {
				t.Errorf("by %s: %q", what, got)
			}
		}
		found, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{Numbers: []string{"稽-108-01"}})
		must(t, err)
		if rec := found[0]; rec.Original != "資訊室檔案櫃 2，文管人員" || rec.Name != "溫○真（已退休）" || rec.UnitName != "資訊室" || rec.State != record.StateKept ||
			rec.Filed.In(taipei).Format("2006-01-02") != "2019-11-20" || rec.Class != ismskit.ClassInternal {
			t.Errorf("filed as %+v", rec)
		}
		c, err := o.kit.Case(o.ctx, o.as("P07"), found[0].Case)
		must(t, err)
		if !c.Kind.Imported || len(c.Faults) > 0 || len(c.Files) != 2 || c.Fields["source"] != "舊檔案.zip，索引 第 3 列" {
			t.Errorf("the case: %v %v %v", c.Kind, c.Faults, c.Fields)
		}
		if got := o.finds("P13", imported); got != "" {
			t.Errorf("P13, who applied then, finds %q", got)
		}
		if got := o.finds("P10", record.Query{Numbers: []string{"帳-109-007"}, People: []string{"P13"}}); got != "" {
			t.Errorf("P10 finds %q", got)
		}
		if got := o.finds("P07", record.Query{People: []string{"P13"}, Forms: []string{"IS-04-012"}, Systems: []string{"S02"}, Origins: imported.Origins}); got != "公文系統帳號申請" {
			t.Errorf("by person, form and system: %q", got)
		}
		// The report lies in the archive, and the trail tells of it.
		kept, err := o.kit.Case(o.ctx, o.as("P07"), strings.TrimPrefix(done.Record, "case/"))
		must(t, err)
		if len(kept.Files) != 1 || kept.Files[0].Name != "匯入報告.csv" || !strings.Contains(fmt.Sprint(kept.Fields["note"]), "匯入 3 列") {
			t.Errorf("the report: %v %v", kept.Files, kept.Fields["note"])
		}
		trail, err := o.kit.Evidence().System(o.ctx, o.as("P09"), ismskit.LogImports, 0, 10)
		must(t, err)
		if len(trail) != 2 || trail[1].Verb != ismskit.VerbImportBegun || trail[0].Verb != ismskit.VerbImportEnded || trail[0].Comment != "舊檔歸檔" || !slices.Contains(trail[0].Effects, "imported: 3") {
			t.Errorf("the trail: %+v", trail)
		}

		// The same again, and an index that was mended.
		if got := saidOf(o.handIn("P07", oldArchive())); got != "3 known\n4 known\n5 known" {
			t.Errorf("sent again:\n%s", got)
		}
		renumbered := saidOf(o.handIn("P07", oldArchive().with(0, map[string]string{"number": "稽-108-09"})))
		if !strings.HasPrefix(renumbered, "3 ready; (D3 相同的檔案已收存於「稽-108-01」，請確認是否重複。)\n4 known") {
			t.Errorf("the same files under another number:\n%s", renumbered)
		}
		mended := oldArchive().with(0, map[string]string{"subject": "108 年度內部稽核報告"}).and(map[string]string{"what": "執行紀錄", "number": "稽-110-01", "subject": "110 年內部稽核", "files": "108/簽到.txt", "category": "內部稽核"})
		r = o.handIn("P07", mended)
		if got := saidOf(r); got != "3 changed\n4 known\n5 known\n6 ready; (D6 第 3 列也用到同一個檔案，請確認。)" {
			t.Errorf("mended:\n%s", got)
		}
		if got := saidOf(o.takeIn("P07", r)); !strings.Contains(got, "6 imported") {
			t.Errorf("mended:\n%s", got)
		}
		if got := strings.Fields(o.finds("P07", imported)); len(got) != 6 {
			t.Errorf("in the end: %v", got)
		}
	})
}

// K18, U10: everything that is wrong is said before anything is taken in, at its cell and in words; what is
// right is taken in all the same.
func TestU10AnIndexIsCheckedBeforeAnythingIsTakenIn(t *testing.T) {
	o := openOffice(t, inMemory(t))
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	a := archive{files: fstest.MapFS{"a.txt": file("甲"), "b.txt": file("乙"), "x/c.txt": file("丙"), "y/c.txt": file("丁"), "d.txt": file("甲"), "p.pdf": file("%PDF-1.4 cut off"), "無人使用.txt": file("戊")}}
	line := func(cells ...string) map[string]string {
		out := map[string]string{"what": "執行紀錄", "subject": "紀錄", "files": "b.txt", "category": "內部稽核"}
		for i := 0; i < len(cells); i += 2 {
			out[cells[i]] = cells[i+1]
		}
		return out
	}
	a = a.and(
		line("subject", "對的", "files", "a.txt", "number", "N-1"),
		line("category", "沒有這個分類"),
		line("unit", "沒有這個單位"),
		line("dated", "108.13.40"),
		line("dated", "118.1.1"),
		line("files", "沒有.txt"),
		line("files", "c.txt"),
		line("files", "p.pdf"),
		line("class", "極機密"),
		line("staff", "P99"),
		line("subject", ""),
		line("year", "99999"),
		line("only", "是"),
		line("subject", "另一份", "files", "d.txt", "number", "N-1"),
		line("subject", "對的", "files", "a.txt", "number", "N-1"),
		line("what", "管制文件", "subject", "規範", "number", "IS-02-099"),
	)
	r := o.handIn("P07", a)
	want := map[int]string{
		3: "ready; (B3 編號與第 16 列「另一份」相同；兩筆都會保留並註記。)", 4: "沒有這個分類", 5: "沒有這個單位", 6: "108.13.40", 7: "日期晚於今天", 8: "壓縮檔或資料夾中沒有「沒有.txt」",
		9: "有幾個檔案都叫「c.txt」", 10: "p.pdf", 11: "國家機密", 12: "人員名錄中沒有", 13: "請填寫「名稱或主旨」", 14: "作業年度請填民國年", 15: "僅限查閱時", 16: "ready", 17: "與第 3 列是同一筆", 18: "管制文件請填寫「文件階層」",
	}
	lines := strings.Split(saidOf(r), "\n")
	for n, l := range r.Lines {
		said := strings.TrimPrefix(lines[n], fmt.Sprint(l.Row, " "))
		var cells string
		for _, f := range l.Faults {
			cells += f.Message("zh-TW") + f.Message("en")
		}
		if !strings.Contains(said+cells, want[l.Row]) || strings.HasPrefix(want[l.Row], "ready") != (l.State == ismskit.IntakeReady) {
			t.Errorf("row %d: %s", l.Row, said)
		}
		if strings.Contains(cells, "intake.") || strings.Contains(cells, "{") {
			t.Errorf("row %d says %s", l.Row, cells)
		}
	}
	if got := strings.Join(r.Unused, " "); got != "x/c.txt y/c.txt 無人使用.txt" {
		t.Errorf("unused %s", got)
	}
	// Both of one number are taken in.
	r = o.takeIn("P07", r)
	if got := o.finds("P07", record.Query{Numbers: []string{"N-1"}}); got != "另一份 對的" || r.Counts[ismskit.IntakeImported] != 2 || r.Counts[ismskit.IntakeWrong] != 14 {
		t.Errorf("taken in %q, %v", got, r.Counts)
	}
}

// B3.7: who maintains one category takes in nothing into another; who maintains none is not let in, and sees
// nobody's import. A right that was lost since the check is asked for again.
func TestB3_7OnlyWhoMaintainsACategoryTakesInIntoIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		in := o.kit.Records().Intake()
		if _, _, err := in.Form(o.ctx, o.as("P13"), "zh-TW"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P13 is let in: %v", err)
		}
		_, choices, err := in.Form(o.ctx, o.as("P10"), "zh-TW")
		must(t, err)
		if got := strings.Join(choices["category"], " "); !strings.Contains(got, "應用系統／公文系統") || strings.Contains(got, "稽核") {
			t.Errorf("P10 may choose %s", got)
		}
		a := oldArchive().with(2, map[string]string{"category": "公文系統"}).and(map[string]string{"what": "管制文件", "number": "IS-03-050", "subject": "備份作業程序", "version": "1.0", "dated": "108.3.1", "files": "簽到表.txt", "level": "3"})
		r := o.handIn("P10", a)
		if !strings.Contains(saidOf(r), "管制文件由文管人員匯入") {
			t.Errorf("P10 issues documents:\n%s", saidOf(r))
		}
		if r.Lines[0].State != ismskit.IntakeWrong || r.Lines[2].State != ismskit.IntakeReady {
			t.Errorf("P10 brings:\n%s", saidOf(r))
		}
		if _, err := in.Report(o.ctx, o.as("P13"), r.ID); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P13 sees the import: %v", err)
		}
		if err := in.Begin(o.ctx, o.as("P07"), r.ID, ismskit.IntakeStart{Reason: "代為匯入"}); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P07 begins it with the rights of P10: %v", err)
		}
		row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Systems, "S02")
		must(t, err)
		v, err := o.kit.Registers().Fields(o.ctx, loading, row)
		must(t, err)
		v = v.Clone()
		v["owner"] = forms.Ref{List: "register/" + register.People, ID: "P13"}
		v["admins"] = []forms.Ref{{List: "register/" + register.People, ID: "P13"}}
		_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: v, Reason: "改由他人承辦"})
		must(t, err)
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		if r = o.takeIn("P10", r); r.Lines[2].State != ismskit.IntakeRefused || !strings.Contains(saidOf(r), "您不是這個分類的維護人員") {
			t.Errorf("taken in without the right:\n%s", saidOf(r))
		}
	})
}

// An import that was stopped, or whose server was, goes on where it was; a double click begins it once.
func TestB3_5AnImportGoesOnWhereItWasStopped(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		a := archive{files: fstest.MapFS{}}
		for n := range 30 {
			name := fmt.Sprintf("%03d.txt", n)
			a.files[name] = &fstest.MapFile{Data: []byte(name)}
			a = a.and(map[string]string{"what": "執行紀錄", "number": fmt.Sprintf("R-%03d", n), "subject": name, "files": name, "category": "教育訓練"})
		}
		r := o.handIn("P07", a)
		in, start := o.kit.Records().Intake(), ismskit.IntakeStart{Reason: "歸檔", Category: "C05"}
		if err := in.Begin(o.ctx, o.as("P07"), r.ID, ismskit.IntakeStart{}); !refusedAt(err, "reason") {
			t.Errorf("without a reason: %v", err)
		}
		must(t, in.Begin(o.ctx, o.as("P07"), r.ID, start))
		must(t, in.Begin(o.ctx, o.as("P07"), r.ID, start))
		must(t, in.Stop(o.ctx, o.as("P07"), r.ID))
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		got, err := in.Report(o.ctx, o.as("P07"), r.ID)
		must(t, err)
		if got.State != ismskit.IntakeStopped || got.Left() != 30 {
			t.Errorf("stopped: %s, %v", got.State, got.Counts)
		}
		must(t, in.Begin(o.ctx, o.as("P07"), r.ID, start))
		// A server ends in the middle of it: the next one finds the job as it was left.
		ctx, end := context.WithCancel(o.ctx)
		end()
		_ = o.kit.RunUntil(ctx, o.clock.Now())
		must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
		got, err = in.Report(o.ctx, o.as("P07"), r.ID)
		must(t, err)
		if got.State != ismskit.IntakeDone || got.Counts[ismskit.IntakeImported] != 30 {
			t.Errorf("gone on: %s, %v", got.State, got.Counts)
		}
		all, err := o.kit.Records().Count(o.ctx, o.as("P07"), record.Query{Origins: []string{ismskit.OriginImported}}, record.ByAll)
		must(t, err)
		if all[0].Count != 30 {
			t.Errorf("%d are in the archive", all[0].Count)
		}
		trail, err := o.kit.Evidence().System(o.ctx, o.as("P09"), ismskit.LogImports, 0, 10)
		must(t, err)
		var verbs []string
		for _, e := range trail {
			verbs = append(verbs, string(e.Verb))
		}
		if got := strings.Join(verbs, " "); got != "import_ended import_begun import_stopped import_begun" {
			t.Errorf("the trail: %s", got)
		}
		if rec, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{Categories: []string{"C05"}}); err != nil || len(rec) != 1 || "case/"+rec[0].Case != got.Record {
			t.Errorf("the report is filed as %v, %v", rec, err)
		}
	})
}

// U13, B1.4: documents come with the history of their versions, in the order of issue; a number that two
// documents have is kept by both and found twice. Of the versions nobody signed anything here.
func TestU13DocumentsAreTakenInWithTheirHistory(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
		a := archive{files: fstest.MapFS{"1.0.txt": file("備份程序第一版"), "1.1.txt": file("備份程序第二版"), "f.txt": file("異動單"), "g.txt": file("報廢單")}}
		doc := func(no, title, label, day, file string) map[string]string {
			return map[string]string{"what": "管制文件", "number": no, "subject": title, "version": label, "dated": day, "files": file, "level": "4", "approver": "資安長", "reviser": "溫○真", "original": "文管室"}
		}
		a = a.and(doc("ISMS-004-002", "資訊資產異動申請單", "1.0", "109.1.1", "f.txt"), doc("ISMS-004-002", "資訊資產報廢申請單", "1.0", "109.2.1", "g.txt"),
			doc("IS-03-050", "備份作業程序", "1.1", "111.3.1", "1.1.txt"), doc("IS-03-050", "備份作業程序", "1.0", "108.3.1", "1.0.txt"))
		r := o.handIn("P07", a)
		if got := saidOf(r); strings.Count(got, "ready") != 4 || strings.Count(got, "編號與第") != 2 {
			t.Fatalf("checked:\n%s", got)
		}
		r = o.takeIn("P07", r)
		if r.Counts[ismskit.IntakeImported] != 4 {
			t.Fatalf("taken in:\n%s", saidOf(r))
		}
		backup, err := o.kit.Documents().Get(o.ctx, o.as("P07"), "IS-03-050")
		must(t, err)
		if len(backup.Versions) != 2 || backup.Document.Current != "1.1" || backup.Versions[0].State != document.Superseded || backup.Versions[0].ApprovalWay != document.ByImport || backup.Versions[1].Original != "文管室" {
			t.Errorf("the history: %+v", backup.Versions)
		}
		if _, err := o.kit.Documents().Get(o.ctx, o.as("P07"), "ISMS-004-002"); err == nil {
			t.Error("of two documents with one number one was taken")
		}
		if got := o.finds("P07", record.Query{Numbers: []string{"ISMS-004-002"}, Origins: []string{ismskit.OriginImported}}); got != "資訊資產報廢申請單 資訊資產異動申請單" {
			t.Errorf("found: %q", got)
		}
		if got := saidOf(o.handIn("P07", a)); strings.Count(got, "known") != 4 {
			t.Errorf("sent again:\n%s", got)
		}
		next := a.and(doc("IS-03-050", "備份作業程序", "1.2", "114.3.1", "1.1.txt"))
		if got := saidOf(o.takeIn("P07", o.handIn("P07", next))); strings.Count(got, "imported") != 1 {
			t.Errorf("a further version:\n%s", got)
		}
		// A version that is there is said to be there, and nothing else of it, though another waits; a number
		// that two documents have or had stands for neither of them.
		approved := o.asked("P13", o.revision("P13", date(12, 15)))
		o.act("P07", approved.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", approved.Case, ismskit.Action{Verb: workflow.VerbApprove})
		again := archive{files: fstest.MapFS{"p.txt": file("程序"), "r.txt": file("舊申請單")}}.and(
			doc(procedure, o.doc(procedure).Title["zh-TW"], "1.3", "113.8.5", "p.txt"),
			map[string]string{"what": "執行紀錄", "subject": "舊申請單", "category": "教育訓練", "form_no": "ISMS-004-002", "dated": "109.10.5", "files": "r.txt"},
		)
		own := doc("IS-03-060", "自己的程序", "1.0", "113.8.5", "q.txt")
		own["form_no"] = "IS-03-060"
		again.files["q.txt"] = file("自己的程序")
		if got := saidOf(o.handIn("P07", archive{files: again.files}.and(own))); !strings.Contains(got, "3 wrong; G3 文件不得以自己為上層文件") {
			t.Errorf("a document below itself:\n%s", got)
		}
		r = o.handIn("P07", again)
		if got := saidOf(r); !strings.Contains(got, "1.3 版已登錄在系統中，但登錄的檔案與本列不同") || strings.Contains(got, "撤回") || strings.Contains(got, "早於") || !strings.Contains(got, "多份文件現用或曾用這個編號") {
			t.Errorf("a version that is there, and a number of two:\n%s", got)
		}
	})
}

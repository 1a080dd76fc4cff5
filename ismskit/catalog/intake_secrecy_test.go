package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// papers are lines of an index, each with a file of its own.
func papers(lines ...map[string]string) archive {
	a := archive{files: fstest.MapFS{}}
	for n, cells := range lines {
		line := map[string]string{"what": "執行紀錄", "files": fmt.Sprintf("%s-%d.txt", cells["subject"], n)}
		for key, text := range cells {
			line[key] = text
		}
		a.files[line["files"]] = &fstest.MapFile{Data: []byte(line["files"])}
		a = a.and(line)
	}
	return a
}

func paper(no, title, label, day string, more ...string) map[string]string {
	out := map[string]string{"what": "管制文件", "number": no, "subject": title, "version": label, "dated": day, "level": "3", "approver": "資安長"}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// reading are those of the office who find all of these records.
func (o *office) reading(ids ...string) (out []string) {
	for n := range 30 {
		person := fmt.Sprintf("P%02d", n)
		found, err := o.kit.Records().Query(o.ctx, o.as(person), record.Query{IDs: ids})
		if err == nil && len(found) == len(ids) {
			out = append(out, person)
		}
	}
	return out
}

// K18, B3.7: the report of an import tells of every line, so that it is for those who may read them all.
func TestK18TheReportOfAnImportIsForWhoReadsAllItsLines(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.takeIn("P07", o.handIn("P07", papers(
		map[string]string{"subject": "講習簽到", "category": "教育訓練"},
		map[string]string{"subject": "弱點底稿", "category": "內部稽核", "class": "密", "people": "鍾明哲", "only": "是"},
	)))
	if r.Counts[ismskit.IntakeImported] != 2 {
		t.Fatalf("taken in:\n%s", saidOf(r))
	}
	lines := o.reading(r.Lines[0].Record, r.Lines[1].Record)
	for _, person := range o.reading(r.Record) {
		if !slices.Contains(lines, person) {
			t.Errorf("%s reads the report, and not every line of it", person)
		}
	}
	found, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{IDs: []string{r.Record}})
	must(t, err)
	if len(found) != 1 || found[0].Class != ismskit.ClassConfidential {
		t.Errorf("who brought it finds %+v", found)
	}

	r = o.takeIn("P07", o.handIn("P07", papers(map[string]string{"subject": "講義", "category": "教育訓練"}, map[string]string{"subject": "測驗", "category": "教育訓練"})))
	if report, lines := o.reading(r.Record), o.reading(r.Lines[0].Record, r.Lines[1].Record); strings.Join(report, " ") != strings.Join(lines, " ") {
		t.Errorf("of one category %v read the report, %v the lines", report, lines)
	}
}

// K18: class, unit and level are a document's: lines that say different ones are not taken in, and a later
// version does not lose what it says of them.
func TestK18AVersionOfAnotherClassIsNotTakenIn(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.handIn("P07", papers(paper("IS-03-060", "弱點說明書", "1.0", "108.3.1"), paper("IS-03-060", "弱點說明書", "1.1", "109.3.1", "class", "密"), paper("IS-03-061", "備份說明書", "1.0", "108.3.1")))
	if got := saidOf(r); r.Counts[ismskit.IntakeWrong] != 2 || !strings.Contains(got, "各版次") {
		t.Errorf("two classes:\n%s", got)
	}
	o.takeIn("P07", r)
	next := papers(paper("IS-03-061", "備份說明書", "1.1", "109.3.1", "class", "密"))
	if got := saidOf(o.handIn("P07", next)); !strings.Contains(got, "wrong") || !strings.Contains(got, "文件一覽表") {
		t.Errorf("onto a document of another class:\n%s", got)
	}
	// Both were right when they were checked.
	first := o.handIn("P07", papers(paper("IS-03-062", "復原說明書", "1.0", "108.3.1")))
	second := o.handIn("P07", papers(paper("IS-03-062", "復原說明書", "1.1", "109.3.1", "class", "密")))
	o.takeIn("P07", first)
	if second = o.takeIn("P07", second); second.Lines[0].State != ismskit.IntakeRefused || !strings.Contains(saidOf(second), "文件一覽表") {
		t.Errorf("after the check:\n%s", saidOf(second))
	}
}

// K18: the check of an index tells nobody of numbers that he does not find in the archive.
func TestK18AnIndexDoesNotTellOfHiddenNumbers(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.secret("IS-03-777", "資訊室", "U01")
	o.takeIn("P07", o.handIn("P07", papers(map[string]string{"number": "底-108", "subject": "弱點底稿", "category": "內部稽核", "people": "鍾明哲", "only": "是"})))
	asked := papers(paper("IS-03-777", "猜猜看", "1.0", "108.3.1"), map[string]string{"number": "底-108", "subject": "猜猜看", "category": "公文系統"})
	if r := o.handIn("P10", asked); len(r.Lines[0].Flags) > 0 || len(r.Lines[1].Flags) > 0 || r.Lines[1].State != ismskit.IntakeReady {
		t.Errorf("P10 is told\n%s", saidOf(r))
	}
	asked.lines[1]["category"] = "教育訓練"
	if got := saidOf(o.handIn("P07", asked)); !strings.Contains(got, "其他文件使用") || !strings.Contains(got, "其他紀錄使用") {
		t.Errorf("P07 is told\n%s", got)
	}
}

// K18: a category is named by who files in it, as if there were nothing below that he may not know of.
func TestK18ACategoryIsNamedThoughOthersBelowItAreHidden(t *testing.T) {
	o := openOffice(t, inMemory(t))
	put := func(id string, v forms.Values) {
		t.Helper()
		_, err := o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Categories, ID: id, Values: v, Reason: "啟用分類"})
		must(t, err)
	}
	of := func(person string) []forms.Ref {
		return []forms.Ref{{List: "register/" + register.People, ID: person}}
	}
	put("X1", forms.Values{"name": "資安事件", "maintain_people": of("P12")})
	put("X2", forms.Values{"name": "密件專案", "parent": category("X1"), "alone": true, "maintain_people": of("P07")})
	put("X3", forms.Values{"name": "資安事件", "parent": category("X2")})
	r := o.handIn("P12", papers(map[string]string{"subject": "通報紀錄", "category": "資安事件"}, map[string]string{"subject": "訪談", "category": "密件專案"}))
	if got := saidOf(r); r.Lines[0].State != ismskit.IntakeReady || !strings.Contains(got, "找不到「密件專案」") {
		t.Errorf("P12 is told\n%s", got)
	}
	if r = o.takeIn("P12", r); r.Lines[0].State != ismskit.IntakeImported {
		t.Errorf("taken in:\n%s", saidOf(r))
	}
}

// K18: who looks after the records follows an import, and is not told of lines that he may not read.
func TestK18TheKeeperOfRecordsSeesNoLineThatHeMayNotRead(t *testing.T) {
	o := openOffice(t, inMemory(t))
	in := papers(
		map[string]string{"number": "帳-1", "subject": "帳號底稿", "category": "公文系統", "people": "鍾明哲", "only": "是"},
		map[string]string{"number": "帳-2", "subject": "帳號清冊", "category": "公文系統", "people": "溫佩真"},
	)
	in.files["底稿附件.txt"] = &fstest.MapFile{Data: []byte("附件")}
	r := o.takeIn("P10", o.handIn("P10", in))
	if r.Counts[ismskit.IntakeImported] != 2 || r.Lines[0].Title == "" {
		t.Fatalf("taken in:\n%s", saidOf(r))
	}
	seen, err := o.kit.Records().Intake().Report(o.ctx, o.as("P07"), r.ID)
	must(t, err)
	if l := seen.Lines[0]; l.Title != "" || l.Number != "" || l.Record != "" || l.State != ismskit.IntakeImported {
		t.Errorf("P07 is told of %+v", l)
	}
	if l := seen.Lines[1]; l.Title != "帳號清冊" || l.Record == "" {
		t.Errorf("P07, who may read it, is told %+v", l)
	}
	all, err := o.kit.Records().Intake().List(o.ctx, o.as("P07"))
	must(t, err)
	for _, report := range append(all, seen) {
		if len(report.Unused)+len(report.Notes)+len(report.Categories) > 0 {
			t.Errorf("P07 is told of the package %q %q %q", report.Unused, report.Notes, report.Categories)
		}
	}
	if own, err := o.kit.Records().Intake().Report(o.ctx, o.as("P10"), r.ID); err != nil || !slices.Equal(own.Unused, []string{"底稿附件.txt"}) || len(own.Categories) != 1 {
		t.Errorf("P10, who brought it, is told %q %q, %v", own.Unused, own.Categories, err)
	}
}

// Where documents change by sign-off alone, an import brings history and nothing else.
func TestU13AnImportIsNoWayPastTheSignOff(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.takeIn("P07", o.handIn("P07", papers(paper("IS-03-070", "備份說明書", "1.0", "108.3.1"))))
	ready := o.handIn("P07", papers(paper("IS-03-072", "復原說明書", "1.0", "115.11.23")))
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Settings, ismskit.SettingSigned)
	must(t, err)
	v, err := o.kit.Registers().Fields(o.ctx, loading, row)
	must(t, err)
	v = v.Clone()
	v["value"] = "是"
	_, err = o.kit.Registers().Put(o.ctx, loading, ismskit.RowChange{List: register.Settings, ID: row.ID, Seen: row.Revision, Values: v, Reason: "資通安全推動小組決議"})
	must(t, err)
	next := papers(paper("IS-03-070", "備份說明書", "1.2", "110.3.1"), paper("IS-03-071", "還原說明書", "1.0", "115.11.23"))
	r := o.handIn("P07", next)
	if r.Lines[0].State != ismskit.IntakeReady || r.Lines[1].State != ismskit.IntakeWrong || !strings.Contains(saidOf(r), "一律經簽核") {
		t.Errorf("checked:\n%s", saidOf(r))
	}
	if ready = o.takeIn("P07", ready); ready.Lines[0].State != ismskit.IntakeRefused || !strings.Contains(saidOf(ready), "一律經簽核") {
		t.Errorf("checked before the house said so:\n%s", saidOf(ready))
	}
	doc, err := o.kit.Documents().Get(o.ctx, o.as("P07"), "IS-03-070")
	must(t, err)
	_, err = o.kit.Documents().Put(o.ctx, loading, ismskit.Filing{WithVersion: true, ListOnly: true, Document: doc.Document, Supersedes: "1.0",
		Version: document.Version{Label: "1.1", Issued: "2020-03-01", Approved: "2020-03-01", Description: "修訂", Approver: "局長", ApprovalWay: document.ByRegister, ApprovalNo: "府資字第 2 號"}})
	must(t, err)
	if r = o.handIn("P07", next); r.Counts[ismskit.IntakeWrong] != 2 {
		t.Errorf("onto a document that went on here:\n%s", saidOf(r))
	}
}

// How long an imported record is kept counts from its own day.
func TestK14AnImportedRecordIsClosedOnItsOwnDay(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.takeIn("P07", o.handIn("P07", papers(map[string]string{"subject": "99 年講習", "category": "教育訓練", "dated": "99.5.4"})))
	found, err := o.kit.Records().Query(o.ctx, o.as("P07"), record.Query{IDs: []string{r.Lines[0].Record}})
	must(t, err)
	if got := found[0].Closed.In(taipei).Format("2006-01-02"); got != "2010-05-04" {
		t.Errorf("closed on %s", got)
	}
}

// losing is a store that once loses the answer to a commit by which something was taken in.
type losing struct {
	ismskit.Store
	lost bool
}

func (s *losing) Update(ctx context.Context, fn func(ctx context.Context, tx ismskit.Tx) error) error {
	err := s.Store.Update(ctx, fn)
	if err != nil || s.lost {
		return err
	}
	_ = s.View(ctx, func(ctx context.Context, tx ismskit.Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: "intake_known"})
		s.lost = len(rows) > 0
		return err
	})
	if s.lost {
		return ismskit.ErrConflict
	}
	return nil
}

// A line that was taken in is never reported as refused, though the server was not told of it.
func TestB3_5ALineWhoseCommitWasNotAnsweredIsIn(t *testing.T) {
	store := &losing{Store: memory.New()}
	o := openOffice(t, store)
	r := o.takeIn("P07", o.handIn("P07", papers(map[string]string{"subject": "講習簽到", "category": "教育訓練"})))
	if !store.lost || saidOf(r) != "3 imported" || r.Lines[0].Record == "" {
		t.Errorf("lost %v:\n%s", store.lost, saidOf(r))
	}
}

// Versions of one day are issued in the order of their labels as they are counted, not as they are spelled.
func TestU13VersionsOfOneDayAreTakenInAsTheyAreCounted(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.takeIn("P07", o.handIn("P07", papers(paper("IS-03-063", "備份說明書", "1.10", "108.3.1"), paper("IS-03-063", "備份說明書", "1.9", "108.3.1"))))
	if r.Counts[ismskit.IntakeImported] != 2 {
		t.Fatalf("taken in:\n%s", saidOf(r))
	}
	if doc, err := o.kit.Documents().Get(o.ctx, o.as("P07"), "IS-03-063"); err != nil || doc.Document.Current != "1.10" {
		t.Errorf("in force: %s, %v", doc.Document.Current, err)
	}
}

// B3.5, U13: a line of a document that is under control already, by its number and title, is a version
// of that one: an older version is refused and never in force beside it. Versions of one document are
// held to one another before anything is taken in.
func TestB3_5AnOldVersionOfADocumentUnderControlIsNotInForceAgain(t *testing.T) {
	o := openOffice(t, inMemory(t))
	o.issued("IS-02-901", "a.md", "# 程序書\n\n壹、目的\n")
	gone := o.issued("IS-02-902", "b.md", "# 程序書\n\n壹、目的\n")
	must(t, o.kit.Documents().End(o.ctx, ismskit.System("test"), ismskit.DocumentEnd{Document: gone.ID, Reason: "併入他件"}))
	second := func(no, title, label, day string) map[string]string {
		return paper(no, title, label, day, "level", "二階")
	}
	r := o.handIn("P07", papers(
		second("is-02-901", "程序　書", "0.9", "110.1.5"), second("IS-02-901", "程序書", "1.0", "110.2.5"),
		second("IS-02-902", "程序書", "1.1", "110.3.5"),
		second("IS-03-901", "說明書", "2.0", "109.1.5"), second("IS-03-901", "說明書", "1.0", "110.1.5"), second("IS-03-901", "說明書", "2.1", "110.2.5"),
		paper("IS-03-902", "範本", "1.0", "110.1.5", "level", "5階"),
	))
	said := strings.Split(saidOf(r), "\n")
	slices.Sort(said)
	for at, want := range []string{"3 wrong;版次 0.9 應大於最近一版 1.0", "4 wrong;1.0 版已登錄在系統中", "5 wrong;本文件已廢止", "6 ready", "7 wrong;版次 1.0 應大於最近一版 2.0", "8 ready", "9 wrong;文件階層請填 1 至 4"} {
		state, text, _ := strings.Cut(want, ";")
		if !strings.HasPrefix(said[at], state) || !strings.Contains(said[at], text) {
			t.Errorf("%q, want %q", said[at], want)
		}
	}
	if r = o.takeIn("P07", r); r.Counts[ismskit.IntakeImported] != 2 {
		t.Errorf("taken in:\n%s", saidOf(r))
	}
	for number, current := range map[string]string{"IS-02-901": "1.0", "IS-03-901": "2.1", "IS-02-902": ""} {
		if doc := o.doc(number); doc.Current != current { // one document has the number
			t.Errorf("%s has %s in force", number, doc.Current)
		}
	}
}

// B3.5, U13: lines of one package whose titles differ in their spaces are versions of one document, also
// where its number was kept as it was typed by an earlier program.
func TestB3_5TitlesThatReadAlikeAreOneDocument(t *testing.T) {
	o := openOffice(t, inMemory(t))
	r := o.takeIn("P07", o.handIn("P07", papers(
		paper("IS-03-911", "資訊安全 說明書", "1.0", "109.1.5"), paper("IS-03-911", "資訊安全說明書", "1.1", "110.1.5"), paper("is-03-911", "資訊安全　說明書", "1.2", "111.1.5"))))
	if got := saidOf(r); r.Counts[ismskit.IntakeImported] != 3 || strings.Contains(got, "相同") {
		t.Fatalf("taken in:\n%s", got)
	}
	doc := o.doc("IS-03-911")
	if doc.Current != "1.2" {
		t.Errorf("in force is %s", doc.Current)
	}
	o.store(func(ctx context.Context, tx ismskit.Tx) error {
		stored, _, err := tx.Documents().Document(ctx, doc.ID)
		if err != nil {
			return err
		}
		stored.Number, stored.Title = "is-03-911", map[string]string{"zh-TW": "資訊安全作業說明書"}
		stored.Revision++
		return tx.Documents().PutDocument(ctx, stored)
	})
	if got := saidOf(o.handIn("P07", papers(paper("IS-03-911", "資訊安全作業 說明書", "1.1", "110.1.5")))); !strings.Contains(got, "1.1 版已登錄在系統中") {
		t.Errorf("an old version of it:\n%s", got)
	}
}

// B1.2: what was numbered before the house had its rule keeps its number, and the check of an import says
// which are not by it; a line with a slip in its number is found among them.
func TestB1_2AnImportSaysWhatIsNumberedOtherwise(t *testing.T) {
	o := openOffice(t, inMemory(t))
	must(t, o.rule("R1", forms.Values{"pattern": "IS-{level}-{n:3}", "typed": "fits"}))
	r := o.handIn("P07", papers(
		paper("IS-02-911", "程序書", "1.0", "110.1.5", "level", "二階"),
		paper("IS-O2-912", "說明書", "1.0", "110.1.5", "level", "二階"),
	))
	said := strings.Split(saidOf(r), "\n")
	slices.Sort(said)
	const told = "編號不符本機關編號規則（IS-{level}-{n:3}）"
	if len(said) < 2 || !strings.HasPrefix(said[0], "3 ready") || strings.Contains(said[0], told) || !strings.HasPrefix(said[1], "4 ready") || !strings.Contains(said[1], told) {
		t.Errorf("%q", said)
	}
}

// That a file is kept already is told with the name of the record that keeps it as long as who brought
// the import may read that record; anybody else who sees the report learns nothing of it, nor does its copy
// in the archive.
func TestK18TheReportNamesARecordThatKeepsAFileToWhoMayReadIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		first := papers(
			map[string]string{"number": "帳-1", "subject": "帳號底稿", "category": "公文系統", "people": "鍾明哲", "only": "是"},
			map[string]string{"number": "帳-0", "subject": "帳號附件", "category": "公文系統", "people": "鍾明哲", "only": "是"},
		)
		kept := o.takeIn("P10", o.handIn("P10", first)).Lines[0].Record
		if !slices.Contains(o.reading(kept), "P10") || slices.Contains(o.reading(kept), "P07") {
			t.Fatalf("read by %v", o.reading(kept))
		}
		second := papers(
			map[string]string{"number": "帳-2", "subject": "帳號清冊", "category": "公文系統", "people": "溫佩真", "files": "清冊.txt"},
			map[string]string{"number": "帳-3", "subject": "無類別", "category": "沒有這一類", "files": "清冊二.txt"},
		)
		second.files["清冊.txt"] = first.files["帳號底稿-0.txt"]
		second.files["清冊二.txt"] = first.files["帳號附件-1.txt"]
		r := o.handIn("P10", second)
		const named, unnamed = "相同的檔案已收存於「帳-", "相同的檔案已收存於其他紀錄"
		if says := saidOf(r); strings.Count(says, named) != 2 {
			t.Errorf("who may read it is told:\n%s", says)
		}
		r = o.takeIn("P10", r)
		if says := saidOf(r); strings.Count(says, named) != 2 {
			t.Errorf("and once it is taken in:\n%s", says)
		}
		seen, err := o.kit.Records().Intake().Report(o.ctx, o.as("P07"), r.ID)
		must(t, err)
		if says := saidOf(seen); strings.Contains(says, "相同的檔案") {
			t.Errorf("the keeper is told:\n%s", says)
		}
		report, err := o.kit.Case(o.ctx, o.as("P10"), strings.TrimPrefix(r.Record, "case/"))
		must(t, err)
		_, table, err := o.kit.Files().Open(o.ctx, o.as("P10"), report.ID, report.Files[0].Digest)
		must(t, err)
		content, err := io.ReadAll(table)
		must(t, errors.Join(err, table.Close()))
		if text := string(content); !strings.Contains(text, "沒有這一類") || strings.Contains(text, "相同的檔案") || strings.Contains(text, "帳-1") || strings.Contains(text, "帳-0") {
			t.Errorf("the copy in the archive:\n%s", text)
		}

		o.setTo(register.Categories, "C04", "read_units", []forms.Ref{{List: "register/" + register.Units, ID: "U02"}})
		theirs := papers(map[string]string{"number": "訓-1", "subject": "複評底稿", "category": "外部稽核"})
		o.takeIn("P07", o.handIn("P07", theirs))
		same := papers(map[string]string{"subject": "講習", "category": "公文系統", "files": "講習.txt"})
		same.files["講習.txt"] = theirs.files["複評底稿-0.txt"]
		if r = o.takeIn("P10", o.handIn("P10", same)); !strings.Contains(saidOf(r), "相同的檔案已收存於「訓-1」") {
			t.Errorf("told to who brings it:\n%s", saidOf(r))
		}
		o.setTo(register.Categories, "C04", "read_units", []forms.Ref{})
		r, err = o.kit.Records().Intake().Report(o.ctx, o.as("P10"), r.ID)
		must(t, err)
		if says := saidOf(r); strings.Contains(says, "訓-1") || !strings.Contains(says, unnamed) {
			t.Errorf("who may read it no more is told:\n%s", says)
		}
	})
}

// What was taken in before as a record that somebody may not read is new to him: he learns neither that it is
// there nor where, and takes it in once. Who may read it is told.
func TestK18WhatWasTakenInBeforeIsToldToWhoMayReadIt(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		line := map[string]string{"number": "底-108", "subject": "弱點底稿", "category": "內部稽核", "people": "鍾明哲", "only": "是"}
		hidden := o.takeIn("P07", o.handIn("P07", papers(line))).Lines[0].Record
		if slices.Contains(o.reading(hidden), "P10") {
			t.Fatal("P10 reads it")
		}
		if again := o.handIn("P07", papers(line)); again.Lines[0].State != ismskit.IntakeKnown || again.Lines[0].Record != hidden {
			t.Errorf("who took it in is told:\n%s", saidOf(again))
		}
		line["category"] = "公文系統"
		delete(line, "people")
		delete(line, "only")
		first := o.handIn("P10", papers(line))
		if l := first.Lines[0]; l.State != ismskit.IntakeReady || l.Record != "" || len(l.Flags) > 0 {
			t.Errorf("who may not read it is told:\n%s", saidOf(first))
		}
		own := o.takeIn("P10", first).Lines[0]
		if own.State != ismskit.IntakeImported || own.Record == hidden {
			t.Errorf("taken in: %+v", own)
		}
		if again := o.handIn("P10", papers(line)); again.Lines[0].State != ismskit.IntakeKnown || again.Lines[0].Record != own.Record {
			t.Errorf("and sent again:\n%s", saidOf(again))
		}
	})
}

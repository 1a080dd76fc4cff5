package ismskit_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
)

func TestTheHouseAsATree(t *testing.T) {
	o := openOffice(t, nil)
	units, err := o.kit.People().Units(o.ctx, o.as("P13"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range units {
		names := []string{strings.Repeat(" ", u.Depth) + u.Name}
		for _, h := range u.Heads {
			names = append(names, "★"+h.Name)
		}
		got = append(got, strings.Join(append(names, u.People[len(u.People)-1].Name), " "))
	}
	if want := []string{"民政局 ★顧維中 顧維中", " 資訊室 ★江志恆 龔怡安", " 戶政科 ★邱柏叡 鍾明哲"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := o.kit.People().Units(o.ctx, o.as("P99")); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("a stranger: %v", err)
	}
	owner, err := o.kit.People().Get(o.ctx, o.as("P13"), "P05")
	if err != nil || len(owner.Systems) != 2 || owner.Roles[0].Key != "system_admin" || !owner.Tenures[0].Current {
		t.Errorf("%+v %v", owner, err)
	}
}

func TestAnAbsenceFromItsBeginningToItsEnd(t *testing.T) {
	o := openOffice(t, nil)
	day := func(d int) time.Time { return monday.AddDate(0, 0, d) }
	set := func(from, to time.Time) {
		t.Helper()
		if _, err := o.kit.People().SetAbsence(o.ctx, o.as("P11"), ismskit.Absence{Deputies: []string{"P12"}, From: from, To: to, Reason: "公假"}); err != nil {
			t.Fatal(err)
		}
	}
	set(day(1), day(2))
	set(day(5), day(6))
	states := func(who string) (out []string) {
		t.Helper()
		all, err := o.kit.People().Absences(o.ctx, o.as(who), "P11")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			s := string(a.State)
			if a.Acting.Name != "" {
				s += " " + a.Acting.Name
			}
			if a.MayEnd {
				s += " may end"
			}
			out = append(out, s)
		}
		return out
	}
	if got := states("P11"); !slices.Equal(got, []string{"coming may end", "coming may end"}) {
		t.Errorf("before: %q", got)
	}
	o.now = day(1).Add(time.Hour)
	if got := states("P13"); !slices.Equal(got, []string{"now 范語彤", "coming"}) {
		t.Errorf("to a colleague: %q", got)
	}
	all, err := o.kit.People().Absences(o.ctx, o.as("P11"), "P11")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all { // the one that runs, and the one that has not begun
		for range 2 { // once it is over, it stays what it is
			came, err := o.kit.People().EndAbsence(o.ctx, o.as("P11"), a.ID)
			want := map[ismskit.AbsenceState]ismskit.AbsenceState{ismskit.AbsenceNow: ismskit.AbsenceEnded, ismskit.AbsenceComing: ismskit.AbsenceCancelled}[a.State]
			if err != nil || came != want {
				t.Fatalf("%s came to %q: %v", a.State, came, err)
			}
		}
	}
	if got := states("P11"); !slices.Equal(got, []string{"ended", "cancelled"}) {
		t.Errorf("after: %q", got)
	}
}

func TestTheHistoryOfARowInWords(t *testing.T) {
	o := openOffice(t, nil)
	row, _, err := o.kit.Registers().Get(o.ctx, o.as("P10"), register.Systems, "S02")
	if err != nil {
		t.Fatal(err)
	}
	values, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	if err != nil {
		t.Fatal(err)
	}
	values = values.Clone()
	values["kind"], values["core"] = "應用系統", false // a box that was never ticked, as a page sends it
	items := slices.Clone(values["items"].([]forms.Row))
	items[0] = items[0].Clone()
	items[0]["label"], items[0]["stopped"] = "承辦人員", false
	values["items"] = append(items[:1:1], forms.Row{forms.RowID: "i3", "key": "reader", "label": "查詢人員"})
	if _, err := o.kit.Registers().Put(o.ctx, o.as("P10"), ismskit.RowChange{List: register.Systems, ID: "S02", Seen: row.Revision, Values: values, Reason: "調整權限"}); err != nil {
		t.Fatal(err)
	}
	history, err := o.kit.Registers().History(o.ctx, o.as("P13"), register.Systems, "S02", "zh-TW")
	if err != nil || len(history) != 2 {
		t.Fatalf("%+v %v", history, err)
	}
	var said []string
	for _, c := range history[0].Changes {
		said = append(said, c.Row+"|"+c.Label+"|"+c.From+"→"+c.To)
	}
	for _, want := range []string{"|類別|→應用系統", "承辦人員|名稱|一般使用者→承辦人員", "|權限項目|代碼：privileged；名稱：系統管理者；特權：是→", "|權限項目|→代碼：reader；名稱：查詢人員"} {
		if !slices.Contains(said, want) {
			t.Errorf("%s is missing in %q", want, said)
		}
	}
	if len(said) != 4 {
		t.Errorf("changes nobody made: %q", said)
	}
	if history[0].By != "龔怡安" || history[0].Reason != "調整權限" || history[1].By != "系統" {
		t.Errorf("%+v", history)
	}
	for who, may := range map[string]bool{"P10": true, "P13": false} {
		if got, err := o.kit.Registers().MayChange(o.ctx, o.as(who), register.Systems, "S02"); err != nil || got != may {
			t.Errorf("%s may change: %v %v", who, got, err)
		}
	}
}

// B1.5: what is taken away of an old version says in its name that it is one; the
// bytes are those that were filed, so that its fingerprint is known again.
func TestADownloadedOldVersionSaysSo(t *testing.T) {
	o := openOffice(t, nil)
	keep := func(name, text string) document.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as("P05"), name, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return document.File{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest, Main: true}
	}
	text, original := keep("程序書.md", "## 壹、目的\n\n說明。\n"), keep("程序書.pdf", "%PDF-1.7 x\n%%EOF")
	doc := document.Document{ID: "d1", Number: "IS-02-001", Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: ismskit.ClassInternal}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.0", Issued: "2024-08-05", Band: "示範", Files: []document.File{text}}})
	download := func(label, digest, lang string) (string, string) {
		t.Helper()
		d, err := o.kit.Documents().Download(o.ctx, o.as("P13"), "d1", label, digest, lang)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(d.Body)
		if err = errors.Join(err, d.Body.Close()); err != nil || int64(len(b)) != d.Size {
			t.Fatalf("%v: %d bytes, announced %d", err, len(b), d.Size)
		}
		return d.File.Name, string(b)
	}
	name, body := download("1.0", text.Digest, "zh-TW")
	if name != "程序書（示範）.md" || body != "## 壹、目的\n\n說明。\n" {
		t.Errorf("%s: %s", name, body)
	}
	reading, err := o.kit.Documents().Read(o.ctx, o.as("P13"), "IS-02-001", "")
	if err != nil || reading.Text == nil || !reading.InForce || reading.MayFile {
		t.Errorf("%+v %v", reading, err)
	}
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.1", Issued: "2026-01-05", Files: []document.File{original}}})
	o.file(ismskit.Filing{Document: doc, Version: document.Version{Label: "1.2", Issued: "2026-11-23"}})
	if name, body = download("1.0", text.Digest, "zh-TW"); name != "程序書（示範）（舊版，已由 1.1 版取代（115.01.05））.md" || body != "## 壹、目的\n\n說明。\n" {
		t.Errorf("%s: %s", name, body)
	}
	if name, body = download("1.1", original.Digest, "zh-TW"); name != "程序書（舊版，已由 1.2 版取代（115.11.23））.pdf" || body != "%PDF-1.7 x\n%%EOF" {
		t.Errorf("%s: %s", name, body)
	}
	if _, err := o.kit.Documents().Download(o.ctx, o.as("P13"), "d1", "1.1", text.Digest, "en"); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a file of another version: %v", err)
	}
	checks, err := o.kit.Documents().Check(o.ctx, o.as("P13"), ismskit.Copy{Number: "is-02-001", Label: "1.1"})
	if err != nil || len(checks) != 1 || !checks[0].Known || checks[0].InForce || checks[0].Current.Label != "1.2" {
		t.Errorf("%+v %v", checks, err)
	}
}

// Whoever holds a copy learns without signing in whether it is the newest: of what
// is for internal use its state and version, of anything higher nothing at all.
func TestAVisitorAsksWhetherHisCopyIsTheNewest(t *testing.T) {
	o := openOffice(t, nil)
	put := func(number, class, text string, labels ...string) document.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as("P05"), number+".pdf", strings.NewReader("%PDF-1.7 "+text+"\n%%EOF"))
		if err != nil {
			t.Fatal(err)
		}
		file := document.File{Name: f.Name, Size: f.Size, MediaType: f.MediaType, Digest: f.Digest}
		doc := document.Document{ID: number, Number: number, Title: map[string]string{"zh-TW": "機敏的名稱"}, Level: 2, Class: class, Note: "內部備註", Owner: "資訊室"}
		for i, label := range labels {
			v := document.Version{Label: label, Issued: "2026-01-0" + string(rune('1'+i)), Description: "修訂內容", Band: "示範"}
			if i == 0 {
				v.Files = []document.File{file}
			}
			o.file(ismskit.Filing{Document: doc, Version: v})
		}
		return file
	}
	open := put("IS-02-001", ismskit.ClassInternal, "open", "1.0", "1.1")
	secret := put("IS-02-002", ismskit.ClassConfidential, "secret", "1.0")
	visitor := ismskit.Actor{Channel: "web"}
	ask := func(actor ismskit.Actor, c ismskit.Copy) []ismskit.VersionCheck {
		t.Helper()
		checks, err := o.kit.Documents().Check(o.ctx, actor, c)
		if err != nil {
			t.Fatal(err)
		}
		return checks
	}
	for name, c := range map[string]ismskit.Copy{
		"number": {Number: "IS-02-001", Label: "1.0"}, "fingerprint": {Digest: open.Digest},
		"fingerprint as some tools write it": {Digest: strings.ToUpper(open.Digest[:32]) + " " + open.Digest[32:]},
	} {
		checks := ask(visitor, c)
		if len(checks) != 1 || !checks[0].Known || checks[0].InForce || checks[0].Version.SupersededBy != "1.1" || checks[0].Current.Label != "1.1" || checks[0].Version.Band != "示範" {
			t.Errorf("by %s: %+v", name, checks)
			continue
		}
		told := fmt.Sprintf("%+v", checks)
		for _, never := range []string{"機敏的名稱", "內部備註", "資訊室", "修訂內容", open.Digest} {
			if strings.Contains(told, never) {
				t.Errorf("by %s: a visitor learns %q", name, never)
			}
		}
	}
	if checks := ask(visitor, ismskit.Copy{Number: "IS-02-001", Label: "1.1"}); len(checks) != 1 || !checks[0].InForce {
		t.Errorf("the newest: %+v", checks)
	}
	for name, c := range map[string]ismskit.Copy{
		"a number nobody has": {Number: "IS-99-999"}, "one above internal use": {Number: "IS-02-002", Label: "1.0"},
		"a file of such a one": {Digest: secret.Digest}, "a file nobody knows": {Digest: strings.Repeat("ab", 32)},
	} {
		if checks := ask(visitor, c); len(checks) != 0 {
			t.Errorf("%s: %+v", name, checks)
		}
	}
	if checks := ask(o.as("P13"), ismskit.Copy{Digest: open.Digest}); len(checks) != 1 || !checks[0].Readable || checks[0].Document.Note == "" {
		t.Errorf("a colleague: %+v", checks)
	}
	if _, err := o.kit.Documents().Check(o.ctx, visitor, ismskit.Copy{Digest: "abc"}); err == nil || !strings.Contains(err.Error(), "64 characters") {
		t.Errorf("no fingerprint: %v", err)
	}
}

package catalog

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// B1.1: the roles of document control and their members are set in the module, by its own manager,
// who need not be the house's administrator: who is made a controller files at once, and whose turn
// is over does no more. He sets these members and nothing else, and never himself.
func TestB1_1RolesAndMembersOfDocumentControlAreSetInTheModule(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		doc := document.Document{Number: "IS-03-090", Title: forms.Text{"zh-TW": "試辦作業說明書"}, Level: 3, Class: ismskit.ClassInternal}
		file := func(person string) error {
			_, err := o.kit.Documents().Put(o.ctx, o.as(person), ismskit.Filing{Document: doc, Dry: true})
			return err
		}
		if err := file("P06"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("P06 files before he is a controller: %v", err)
		}
		set := func(person, id string, change func(forms.Values)) error {
			return o.sets(person, id, "調整文管人員", change)
		}
		with := func(people ...string) func(forms.Values) {
			return func(v forms.Values) {
				members, _ := v["members"].([]forms.Row)
				for _, p := range people {
					members = append(members, forms.Row{forms.RowID: strings.ToLower(p), "person": forms.Ref{List: "register/people", ID: p}, "from": date(11, 23)})
				}
				v["members"] = members
			}
		}
		const controllers, manager = "documents.document_controller", "P04"
		if err := set("P13", controllers, with("P13")); !errors.Is(err, ismskit.ErrForbidden) {
			t.Fatalf("P13 makes himself a controller: %v", err)
		}
		if may, err := o.kit.People().MayManage(o.ctx, o.as(manager)); err != nil || may {
			t.Fatalf("the module's manager manages the house: %v %v", may, err)
		}
		must(t, set(manager, controllers, with("P06")))
		must(t, file("P06"))
		must(t, set(manager, controllers, func(v forms.Values) {
			v["members"].([]forms.Row)[0]["to"] = date(11, 22)
		}))
		if err := file("P07"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P07 files after his turn: %v", err)
		}

		if err := set(manager, controllers, with(manager)); !refusedAt(err, "members.person") {
			t.Errorf("he gave himself the role: %v", err)
		}
		for field, change := range map[string]func(forms.Values){
			"title":      func(v forms.Values) { v["title"] = "文書人員" },
			"managed_by": func(v forms.Values) { delete(v, "managed_by") },
		} {
			if err := set(manager, controllers, change); !refusedAt(err, field) {
				t.Errorf("he changed the %s: %v", field, err)
			}
		}
		for _, id := range []string{"records.records_manager", "system.system_admin", "documents.module_manager"} {
			if err := set(manager, id, with("P06")); !errors.Is(err, ismskit.ErrForbidden) {
				t.Errorf("he set %s: %v", id, err)
			}
		}
		// The archive has a manager of its own.
		must(t, set("P07", "records.reads_all", with("P06")))
		if err := set("P07", "records.reads_all", with("P07")); !refusedAt(err, "members.person") {
			t.Errorf("the records manager gave himself the sight of everything: %v", err)
		}

		changes, err := o.kit.Evidence().Changes(o.ctx, o.as("P09"), ismskit.ChangeQuery{Lang: "zh-TW", List: register.Roles})
		must(t, err)
		var by []string
		for _, c := range changes.Changes {
			if c.By.Person != ismskit.SystemPerson {
				by = append(by, c.By.Person+" "+c.Row)
			}
		}
		if want := []string{"P07 records.reads_all", "P04 " + controllers, "P04 " + controllers}; !slices.Equal(by, want) {
			t.Errorf("the trail has %q", by)
		}
	})
}

// sets changes a row of the list of roles as somebody.
func (o *office) sets(person, id, reason string, change func(forms.Values)) error {
	o.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, loading, register.Roles, id)
	must(o, err)
	v, err := o.kit.Registers().Fields(o.ctx, ismskit.System("test"), row)
	must(o, err)
	v = v.Clone()
	change(v)
	_, err = o.kit.Registers().Put(o.ctx, o.as(person), ismskit.RowChange{List: register.Roles, ID: row.ID, Seen: row.Revision, Values: v, Reason: reason})
	return err
}

// B1.2: documents of the four levels and forms are filed, read and downloaded.
func TestB1_2DocumentsOfAllLevelsAreFiledReadAndDownloaded(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		for level, number := range map[int]string{1: "IS-01-091", 2: "IS-02-091", 3: "IS-03-091", 4: "IS-04-091"} {
			words := "本文件第 " + number + " 號之內容"
			f, err := o.kit.Files().Upload(o.ctx, o.as("P07"), number+".md", strings.NewReader("## 壹、目的\n一、"+words+"。\n"))
			must(t, err)
			_, err = o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{
				Document: document.Document{Number: number, Title: forms.Text{"zh-TW": "試辦文件"}, Level: level, Class: ismskit.ClassInternal},
				Version: document.Version{
					Label: "1.0", Issued: "2026-11-23", Approved: "2026-11-23", Approver: "局長 顧維中", ApprovalWay: document.ByRegister, ApprovalNo: "府民字第 1 號", Description: "新訂", Reviser: "溫佩真",
					Files: []document.File{{Name: f.Name, Digest: f.Digest, Main: true}},
				},
			})
			must(t, err)
			read, err := o.kit.Documents().Read(o.ctx, o.as("P13"), number, "")
			must(t, err)
			if read.Document.Level != level || !read.InForce || read.Version.Label != "1.0" || read.Text == nil {
				t.Errorf("%s reads as %+v", number, read.Version)
			}
			if got := o.text("P13", read.Document.ID, "", f.Digest); !strings.Contains(got, words) {
				t.Errorf("%s downloads as %q", number, got)
			}
		}
	})
}

// text is what somebody downloads of a version.
func (o *office) text(person, id, label, digest string) string {
	o.Helper()
	file, err := o.kit.Documents().Download(o.ctx, o.as(person), id, label, digest, "zh-TW")
	must(o, err)
	var b bytes.Buffer
	_, err = b.ReadFrom(file.Body)
	must(o, errors.Join(err, file.Body.Close()))
	return file.File.Name + "\n" + b.String()
}

// B1.5: what is read and downloaded without naming a version is the newest; one that is in
// force no more says so, on screen, in its name and on its print.
func TestB1_5TheNewestVersionIsWhatOneGetsAndAnOldOneSaysSo(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.asked("P13", o.revision("P13", date(11, 23)))
		o.act("P07", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		o.act("P01", r.Case, ismskit.Action{Verb: workflow.VerbApprove})
		newest, err := o.kit.Documents().Read(o.ctx, o.as("P13"), procedure, "")
		must(t, err)
		if newest.Version.Label != "1.4" || !newest.InForce || len(newest.Notices) != 0 {
			t.Errorf("without a version: %s, %v", newest.Version.Label, newest.Notices)
		}
		digest := newest.Version.Files[0].Digest
		if got := o.text("P13", newest.Document.ID, "", digest); !strings.Contains(got, "每年檢討") || strings.Contains(got, "舊版") {
			t.Errorf("downloaded without a version: %.60q", got)
		}
		old, err := o.kit.Documents().Read(o.ctx, o.as("P13"), procedure, "1.3")
		must(t, err)
		if got := o.text("P13", newest.Document.ID, "1.3", old.Version.Files[0].Digest); !strings.HasPrefix(got, "舊版，已由 1.4 版取代") && !strings.Contains(strings.SplitN(got, "\n", 2)[0], "舊版，已由 1.4 版取代") {
			t.Errorf("1.3 is downloaded as %.60q", got)
		}
		if old.InForce || len(old.Notices) == 0 || !strings.Contains(old.Notices[0].Text("zh-TW"), "舊版，已由 1.4 版取代") {
			t.Errorf("1.3 reads %v", old.Notices)
		}
	})
}

// K1: a document has its head and its table of revisions, and whoever has a copy finds out
// whether it is the newest.
func TestK1ADocumentHasItsTableOfRevisionsAndACopyIsChecked(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		read, err := o.kit.Documents().Read(o.ctx, o.as("P13"), procedure, "")
		must(t, err)
		if read.Document.Number != procedure || read.Document.Class != ismskit.ClassInternal || len(read.Versions) != 4 {
			t.Fatalf("%+v with %d revisions", read.Document, len(read.Versions))
		}
		for _, v := range read.Versions {
			if v.Label == "" || v.Issued == "" || v.Reviser == "" || v.Description == "" || v.Approver == "" {
				t.Errorf("revision %q lacks something: %+v", v.Label, v)
			}
		}
		check := func(c ismskit.Copy) ismskit.VersionCheck {
			t.Helper()
			found, err := o.kit.Documents().Check(o.ctx, ismskit.Actor{}, c)
			must(t, err)
			if len(found) != 1 {
				t.Fatalf("%d answers", len(found))
			}
			return found[0]
		}
		if newest := check(ismskit.Copy{Number: procedure, Label: "1.3", Code: read.Code}); !newest.Known || !newest.InForce {
			t.Errorf("the newest copy: %+v", newest)
		}
		if old := check(ismskit.Copy{Number: procedure, Label: "1.2"}); !old.Known || old.InForce || old.Current.Label != "1.3" {
			t.Errorf("an old copy: %+v", old)
		}
	})
}

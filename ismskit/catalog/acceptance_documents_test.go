package catalog

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// B1.1: the roles of document control and their members are set in the module. Who is made a
// controller files at once, and whose turn it is over does no more.
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
		members := o.controllers
		members("P06")
		must(t, file("P06"))
		if err := file("P07"); !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("P07 files after another took his place: %v", err)
		}
	})
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

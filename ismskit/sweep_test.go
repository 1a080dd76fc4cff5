package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// A request sent again is answered as before for as long as somebody may send it
// again; then its key is forgotten, so that keys do not heap up for ever.
func TestKeysOfRequestsAreForgottenAfterAMonth(t *testing.T) {
	o := openOffice(t, nil)
	r := o.apply("P13", threeRows())
	note := ismskit.Action{Verb: workflow.VerbComment, Comment: "請於週五前完成", Key: "click-1"}
	o.act("P13", r.Case, note)
	begun := o.now

	o.until(begun.Add(29 * 24 * time.Hour))
	if again := o.act("P13", r.Case, note); !again.Repeated {
		t.Error("within the month the same request was carried out twice")
	}
	o.until(begun.Add(31 * 24 * time.Hour))
	view := func(ctx context.Context, tx ismskit.Tx) error {
		if _, found, err := tx.Outcomes().Get(ctx, "P13", "click-1"); found || err != nil {
			t.Errorf("after the month: found %v, %v", found, err)
		}
		return nil
	}
	if err := o.store.View(o.ctx, view); err != nil {
		t.Fatal(err)
	}
	if _, err := ismskit.New(ismskit.Config{Store: o.store, RememberKeys: time.Hour}); err == nil {
		t.Error("keys may be forgotten while a page still waits for its answer")
	}
}

// agedBlobs takes every blob for so much older than it is, as the real clock cannot be
// moved.
type agedBlobs struct {
	*memory.Blobs
	by time.Duration
}

func (b agedBlobs) List(ctx context.Context, before time.Time, after string, limit int) ([]string, error) {
	return b.Blobs.List(ctx, before.Add(b.by), after, limit)
}

func (b agedBlobs) Remove(ctx context.Context, digest string, before time.Time) error {
	return b.Blobs.Remove(ctx, digest, before.Add(b.by))
}

// The file of a version stays, waiting or withdrawn, also where the archive's row of the
// document is one that an older program wrote and says nothing of it.
func TestAFileOfADocumentIsNeverSwept(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		blobs := memory.NewBlobs()
		o.extend(func(c *ismskit.Config) { c.Blobs = agedBlobs{blobs, 31 * 24 * time.Hour} })
		upload := func(text string) document.File {
			t.Helper()
			f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), text+".txt", reader(text))
			if err != nil {
				t.Fatal(err)
			}
			return document.File{Name: f.Name, Digest: f.Digest, MediaType: "text/plain", Main: true}
		}
		withdrawn, waits, loose := upload("撤回的版次"), upload("待發行的版次"), upload("沒有人用的檔案")
		doc := document.Document{ID: "d1", Number: "IS-03-001", Title: map[string]string{"zh-TW": "資訊備份管理說明書"}, Level: 3}
		version := document.Version{Label: "1.0", Issued: "2027-06-01", Files: []document.File{withdrawn}}
		o.file(ismskit.Filing{Document: doc, Version: version})
		err := o.kit.Documents().Withdraw(o.ctx, ismskit.System("test"), ismskit.VersionWithdrawal{Document: "d1", Label: "1.0", Reason: "誤繕"})
		if err != nil {
			t.Fatal(err)
		}
		version.Files = []document.File{waits}
		o.file(ismskit.Filing{Document: doc, Version: version})
		err = o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			rows, err := tx.Records().Query(ctx, record.Query{All: true, Kinds: []string{ismskit.RecordDocument}})
			if err != nil || len(rows) != 1 {
				return errors.Join(err, errors.New("the document's row is not there"))
			}
			rows[0].Files = nil
			return tx.Records().Put(ctx, rows[0])
		})
		if err != nil {
			t.Fatal(err)
		}
		o.until(o.now.Add(31 * 24 * time.Hour))
		left, err := blobs.List(o.ctx, time.Now().Add(time.Hour), "", 10)
		if err != nil || len(left) != 2 || slices.Contains(left, loose.Digest) {
			t.Errorf("left after the night: %d of two files of the document, %v", len(left), err)
		}
	})
}

// absentBlobs is a place for files that can't be reached.
type absentBlobs struct{ *memory.Blobs }

var errShareAway = errors.New("the share is away")

func (absentBlobs) List(context.Context, time.Time, string, int) ([]string, error) {
	return nil, errShareAway
}

// While the files can't be reached, the night's other duties are done all the same,
// those who look after the system are told, and each night it is tried anew.
func TestOneDutyOfTheNightThatFailsLeavesTheOthersAlone(t *testing.T) {
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Blobs = absentBlobs{memory.NewBlobs()} })
	r := o.apply("P13", threeRows())
	note := ismskit.Action{Verb: workflow.VerbComment, Comment: "請於週五前完成", Key: "click-1"}
	o.act("P13", r.Case, note)

	o.until(o.now.Add(40 * 24 * time.Hour))
	view := func(ctx context.Context, tx ismskit.Tx) error {
		if _, found, err := tx.Outcomes().Get(ctx, "P13", "click-1"); found || err != nil {
			t.Errorf("the key of a request of 40 days ago: found %v, %v", found, err)
		}
		return nil
	}
	if err := o.store.View(o.ctx, view); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, n := range o.noticesOf("P05") {
		if n.Rule == "dead" {
			told++
		}
	}
	if told < 2 {
		t.Errorf("told %d times that the sweep was given up", told)
	}
}

// A file that nobody named in a form is swept, and cannot be named any more; one
// that lies in a draft or a case stays.
func TestFilesThatNothingNamesAreSwept(t *testing.T) {
	o := openOffice(t, nil)
	blobs := memory.NewBlobs()
	o.extend(func(c *ismskit.Config) {
		c.Blobs, c.Types = agedBlobs{blobs, 31 * 24 * time.Hour}, append(c.Types, paperType(t))
	})
	upload := func(text string) forms.File {
		t.Helper()
		f, err := o.kit.Files().Upload(o.ctx, o.as("P13"), text+".txt", reader(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	sent, drafted, loose := upload("已送出的附件"), upload("草稿的附件"), upload("沒有人用的附件")
	o.open("P13", "paper", forms.Values{"subject": "附件", "paper": sent}, true)
	draft := o.open("P13", "paper", forms.Values{"subject": "附件", "paper": drafted}, false)

	o.until(o.now.Add(31 * 24 * time.Hour))
	left, err := blobs.List(o.ctx, time.Now().Add(time.Hour), "", 10)
	if err != nil || len(left) != 2 || slices.Contains(left, loose.Digest) {
		t.Errorf("left after the night: %d, %v", len(left), err)
	}
	var invalid forms.Invalid
	_, err = o.kit.Open(o.ctx, o.as("P13"), ismskit.Opening{Type: "paper", Values: forms.Values{"subject": "附件", "paper": loose}, Submit: true})
	if !errors.As(err, &invalid) || invalid[0].Field != "paper" {
		t.Errorf("a form that names what was swept: %v", err)
	}
	o.act("P13", draft.Case, ismskit.Action{Verb: workflow.VerbSubmit}) // the draft's file still counts
}

func paperType(t *testing.T) ismskit.Type {
	t.Helper()
	typ, err := ismskit.ParseType([]byte(`{
		"key": "paper", "version": "1", "title": {"zh-TW": "附件登錄"}, "offered": true, "subject": "subject",
		"form": {"key": "paper", "version": "1", "title": {"zh-TW": "附件登錄"}, "fields": [
			{"key": "subject", "type": "text", "label": {"zh-TW": "主旨"}, "required": true},
			{"key": "paper", "type": "file", "label": {"zh-TW": "附件"}, "required": true}]},
		"flow": {"key": "paper", "version": "1", "root": {"step": {"id": "head", "name": {"zh-TW": "主管核准"}, "kind": "approve",
			"who": [{"kind": "person", "ids": ["P11"]}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

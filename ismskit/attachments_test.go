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
	"github.com/ismskit/ismskit/ismskit/print"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/workflow"
)

// 意見・附件: whoever says something can hand in files with it, also where he fills in no field:
// the applicant with a remark, a unit with its opinion, a head who returns or rejects. They stand
// on the entry, whoever reads the case reads them, and they are in its bundle.
func TestFilesComeWithWhatIsSaid(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.extend(func(c *ismskit.Config) {
			c.Signer, c.Printer, c.Blobs, c.Types = aKey(t, "isms.example"), print.A4{}, memory.NewBlobs(), append(c.Types, memo(t, memoFlow))
		})
		id := o.memo()
		says := func(person string, a ismskit.Action, names ...string) {
			t.Helper()
			for _, name := range names {
				a.Files = append(a.Files, o.upload(person, name))
			}
			o.act(person, id, a)
			o.settle()
			trail := o.read(person, id).Trail
			var got []string
			last := trail[len(trail)-1]
			for _, f := range last.Attached {
				got = append(got, f.Name)
			}
			if last.Verb != a.Verb || !slices.Equal(got, names) {
				t.Fatalf("%s by %s left %s with %q, want %q", a.Verb, person, last.Verb, got, names)
			}
		}
		says("P13", ismskit.Action{Verb: workflow.VerbComment, Comment: "報價如附"}, "報價單.txt", "規格.txt")
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P06"}, Comment: "請表示意見"})
		o.settle()
		says("P06", ismskit.Action{Verb: workflow.VerbApprove, Comment: "宜另購備品"}, "會辦意見.txt")
		says("P11", ismskit.Action{Verb: workflow.VerbReturn, Comment: "請依附件修正"}, "修正處.txt")
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbSubmit})
		o.settle()
		says("P11", ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"note": "已查明"}}, "查核紀錄.txt")
		says("P01", ismskit.Action{Verb: workflow.VerbReject, Comment: "無預算"}, "主計意見.txt")

		all := []string{"報價單.txt", "規格.txt", "會辦意見.txt", "修正處.txt", "查核紀錄.txt", "主計意見.txt"}
		var got []string
		for _, f := range o.read("P06", id).Files {
			file, body, err := o.kit.Files().Open(o.ctx, o.as("P06"), id, f.Digest)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(body)
			if err = errors.Join(err, body.Close()); err != nil || string(content) != f.Name || f.Field != "" {
				t.Errorf("%s holds %q in %q, %v", f.Name, content, f.Field, err)
			}
			got = append(got, file.Name)
			if _, _, err := o.kit.Files().Open(o.ctx, o.as("P10"), id, f.Digest); !errors.Is(err, ismskit.ErrNotFound) {
				t.Errorf("who doesn't read the case opens %s: %v", f.Name, err)
			}
		}
		if !slices.Equal(got, all) {
			t.Errorf("on the case: %q", got)
		}
		page, err := o.kit.Records().Print(o.ctx, o.as("P13"), id, ismskit.Imprint{Lang: "zh-TW"})
		if err != nil || !strings.Contains(string(page.Body), "附件：報價單.txt（13 B）、規格.txt（10 B）") {
			t.Errorf("the print does not name them (%v)", err)
		}
		bundle := o.export("P13", ismskit.Export{Cases: []string{id}, Decision: print.DecisionOf})
		files := manifestOf(t, bundle)
		var inside []string
		for _, one := range files.Cases[0].Files {
			if _, there := files.Files["files/"+one.SHA256.String()]; !there {
				t.Errorf("the content of %s is not in the bundle", one.Name)
			}
			if slices.Contains(all, one.Name) { // beside the definitions
				inside = append(inside, one.Name)
			}
		}
		if !slices.Equal(inside, all) {
			t.Errorf("in the bundle: %q", inside)
		}
		if report := o.verifyBundle(bundle); len(report.Findings) > 0 {
			t.Errorf("the bundle: %v", report.Findings)
		}
		if faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P04"), id); err != nil || len(faults) > 0 {
			t.Errorf("the trail has faults %v, %v", faults, err)
		}
	})
}

// What may not come along is refused at the files, and leaves nothing: more than there may be, a
// kind that no field takes, what is somebody else's upload, and files with what says nothing.
func TestFilesThatMayNotComeAreRefused(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		refused := func(code string, a ismskit.Action) {
			t.Helper()
			var wrong forms.Invalid
			if _, err := o.kit.Act(o.ctx, o.as("P13"), id, a); !errors.As(err, &wrong) || wrong[0].Field != ismskit.FieldAttached || wrong[0].Code != code {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		remark := func(files ...forms.File) ismskit.Action {
			return ismskit.Action{Verb: workflow.VerbComment, Comment: "如附", Files: files}
		}
		mine := o.upload("P13", "報價單.txt")
		var many []forms.File
		for i := range ismskit.MaxAttached + 1 {
			many = append(many, o.upload("P13", fmt.Sprintf("第 %d 頁.txt", i+1)))
		}
		program, err := o.kit.Files().Upload(o.ctx, o.as("P13"), "setup.exe", strings.NewReader("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"))
		if err != nil {
			t.Fatal(err)
		}
		refused("attached.many", remark(many...))
		refused("file_kind", remark(mine, program))
		refused("attached.unknown", remark(o.upload("P10", "別人的.txt")))
		refused("attached.verb", ismskit.Action{Verb: workflow.VerbUrge, Files: []forms.File{mine}})
		refused("attached.verb", ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "不辦了", Files: []forms.File{mine}})
		if c := o.read("P13", id); len(c.Files) > 0 || len(c.Trail) != 1 {
			t.Errorf("what was refused left %v, %d entries", c.Files, len(c.Trail))
		}
		o.act("P13", id, remark(append(many[:ismskit.MaxAttached-1], many[0], mine)[:ismskit.MaxAttached]...)) // one of them twice
		if c := o.read("P13", id); len(c.Files) != ismskit.MaxAttached-1 {
			t.Errorf("%d files", len(c.Files))
		}
		// What he said of its size and kind is not taken from him.
		o.act("P13", id, remark(forms.File{Digest: mine.Digest, Name: `C:\temp\報價單（核定）.txt`, Size: 1, MediaType: "application/pdf"}))
		files := o.read("P13", id).Files
		if f := files[len(files)-1]; f.Name != "報價單（核定）.txt" || f.Size != mine.Size || f.MediaType != "text/plain" {
			t.Errorf("kept as %+v", f.File)
		}
	})
}

// A file whose only use is that it came with a remark stays; the same upload that nobody named is
// swept.
func TestAFileThatCameWithARemarkIsNeverSwept(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		blobs := memory.NewBlobs()
		o.extend(func(c *ismskit.Config) {
			c.Blobs, c.Types = agedBlobs{blobs, 31 * 24 * time.Hour}, append(c.Types, memo(t, memoFlow))
		})
		id := o.memo()
		said, loose := o.upload("P13", "報價單.txt"), o.upload("P13", "沒有人用的.txt")
		o.act("P13", id, ismskit.Action{Verb: workflow.VerbComment, Comment: "報價如附", Files: []forms.File{said}})
		o.until(o.now.Add(31 * 24 * time.Hour))
		left, err := blobs.List(o.ctx, time.Now().Add(time.Hour), "", 10)
		if err != nil || !slices.Contains(left, said.Digest) || slices.Contains(left, loose.Digest) {
			t.Errorf("left after the night: %v, %v", left, err)
		}
	})
}
